/** Counts of the symbols of a table, as in manifests: the last is that of the escape symbol. */
import { contextCount, type LearnedContexts } from '../lib/codec/learned-contexts.js';
import { LATENT_CONTEXTS, LATENT_RANGE, LATENT_SYMBOLS, latentContext } from '../lib/codec/latents.js';
import { forEachCoded as forEachLatent, NEURAL_CONTEXTS, NEURAL_RANGE } from '../lib/codec/neural-latents.js';
import { COEFFICIENT_CONTEXTS, COEFFICIENT_RANGE, forEachCoded as forEachCoefficient } from '../lib/codec/transform.js';
import { SCALES } from '../lib/codec/window-scale.js';

/** Number of records of the training part whose windows are counted. */
export const TABLE_RECORDS = 800;

/** Counts of integers; symbols begin at `first`. */
export function symbolCounts(values: readonly number[], first: number, symbols: number): number[] {
  const counts = noneOf(symbols);
  for (const value of values) count(counts, value, first);
  return counts;
}

/** Counts of scale indices. */
export function scaleCounts(indices: readonly number[]): number[] {
  return symbolCounts(indices, 0, SCALES);
}

/** Counts of latents [56 x 4] of windows, table by table. */
export function latentCounts(windows: readonly Int8Array[], contexts?: LearnedContexts): number[][] {
  return countsOf(windows, contexts, forEachLatent, NEURAL_CONTEXTS, NEURAL_RANGE);
}

/** Counts of latents of one of the paper's rungs, table by table, without an escape: no latent is out of range. */
export function paperLatentCounts(windows: readonly Int8Array[]): number[][] {
  const counts = Array.from({ length: LATENT_CONTEXTS }, () => new Array<number>(LATENT_SYMBOLS).fill(0));
  for (const latents of windows) {
    latents.forEach((value, i) => counts[latentContext(latents, i)]![value + LATENT_RANGE]!++);
  }
  return counts;
}

/** Counts of coefficients [7 x 96] of windows, table by table. */
export function coefficientCounts(windows: readonly Int32Array[], contexts?: LearnedContexts): number[][] {
  return countsOf(windows, contexts, forEachCoefficient, COEFFICIENT_CONTEXTS, COEFFICIENT_RANGE);
}

/** @param fixed number of tables without learned contexts */
function countsOf<Window>(
  windows: readonly Window[],
  contexts: LearnedContexts | undefined,
  forEach: (
    window: Window,
    contexts: LearnedContexts | undefined,
    visit: (value: number, table: number) => void,
  ) => void,
  fixed: number,
  range: number,
): number[][] {
  const tables = contexts === undefined ? fixed : contextCount(contexts);
  const counts = Array.from({ length: tables }, () => noneOf(2 * range + 1));
  for (const window of windows) {
    forEach(window, contexts, (value, table) => {
      count(counts[table]!, value, -range);
    });
  }
  return counts;
}

function noneOf(symbols: number): number[] {
  return new Array<number>(symbols + 1).fill(0);
}

function count(counts: number[], value: number, first: number): void {
  const [symbol, escape] = [value - first, counts.length - 1];
  counts[symbol >= 0 && symbol < escape ? symbol : escape]!++;
}
