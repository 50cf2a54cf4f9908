/** Rows for a tfjs model: the whole signal, or a piece around each beat of the original. */
import { MODEL_RATE } from '../../signal/grid.js';
import { panTompkins } from '../pan-tompkins.js';
import type { OwnTaskManifest } from './manifest.js';

/** Number of samples in a row before and after a beat. */
export function beatSpan(
  { beforeSeconds, afterSeconds }: { readonly beforeSeconds: number; readonly afterSeconds: number },
  rate: number,
): { readonly before: number; readonly after: number } {
  return { before: Math.round(beforeSeconds * rate), after: Math.round(afterSeconds * rate) };
}

/**
 * Where rows begin, and how long each is, in samples at the task's rate.
 *
 * @param original millivolts at 300 Hz; its beats are used even if the rows are cut from the decoded signal
 * @param length length of the signal at the task's rate
 */
export function rowsOf(
  original: Float32Array,
  length: number,
  { input, rate }: Pick<OwnTaskManifest, 'input' | 'rate'>,
): { readonly starts: readonly number[]; readonly length: number } {
  if (input?.kind !== 'beats') return { starts: [0], length };
  const { before, after } = beatSpan(input, rate);
  const starts = panTompkins(original).map((beat) => Math.round((beat * rate) / MODEL_RATE) - before);
  return { starts: starts.filter((start) => start >= 0 && start + before + after <= length), length: before + after };
}

/** Cuts the rows from a signal at the task's rate and concatenates them. */
export function cutRows(
  signal: Float32Array,
  { starts, length }: { readonly starts: readonly number[]; readonly length: number },
): Float32Array {
  const out = new Float32Array(starts.length * length);
  starts.forEach((start, row) => {
    out.set(signal.subarray(start, start + length), row * length);
  });
  return out;
}
