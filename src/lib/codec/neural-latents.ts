/**
 * Latents of a neural rung: 4 channels of 56 integers, coded channel by channel. Each is coded by a static integer table,
 * selected by the latents coded before it. docs/bitstream.md has the layout.
 */
import type { FrequencyTable } from './frequency-table.js';
import { learnedContext, type LearnedContexts } from './learned-contexts.js';
import type { RangeDecoder, RangeEncoder } from './range-coder.js';
import { DynamicDeepError } from '../errors/index.js';

export const NEURAL_CHANNELS = 4;
const STEPS = 56;
/** Number of latents of a window, [56 x 4], stored step by step as in the networks. */
export const NEURAL_LATENTS = STEPS * NEURAL_CHANNELS;

/** Values within +-20 have their own symbol; others, up to +-127, are escaped. */
export const NEURAL_RANGE = 20;
export const NEURAL_SYMBOLS = 2 * NEURAL_RANGE + 1;
export const NEURAL_LARGEST = 127;

/** Edges of the activity classes. Activity is a weighted sum of the magnitudes of coded neighbours. */
const ACTIVITY = [1, 2, 3, 5, 7, 10, 14, 20, 30];
const ACTIVITY_CLASSES = ACTIVITY.length + 1;
/** Number of tables of a rung without learned contexts. */
export const NEURAL_CONTEXTS = ACTIVITY_CLASSES * NEURAL_CHANNELS;
const CLASS_OF = Uint8Array.from({ length: 64 }, (_, sum) => ACTIVITY.filter((edge) => sum >= edge).length);

/**
 * Neighbours that learned contexts use: the `BEFORE` previous latents of the channel, and in each earlier channel the latent at
 * the same step and `ASIDE` to either side.
 */
const BEFORE = 6;
const ASIDE = 3;
export const latentNeighbours = (channel: number): number => BEFORE + channel * (2 * ASIDE + 1);

export interface LatentCoder {
  readonly tables: readonly FrequencyTable[];
  /** Learned contexts that choose the table; a fixed rule chooses it if undefined. */
  readonly contexts: LearnedContexts | undefined;
}

export function writeNeuralLatents(latents: Int8Array, { tables, contexts }: LatentCoder, encoder: RangeEncoder): void {
  forEachCoded(latents, contexts, (value, table) => {
    tables[table]!.encode(encoder, value);
  });
}

/** Throws PAYLOAD_CORRUPT if the bytes cannot be the code of a window. */
export function readNeuralLatents(decoder: RangeDecoder, { tables, contexts }: LatentCoder): Int8Array {
  const latents = new Int8Array(NEURAL_LATENTS);
  forEachLatent((channel, step) => {
    const value = tables[contextOf(latents, channel, step, contexts)]!.decode(decoder);
    if (Math.abs(value) > NEURAL_LARGEST) throw new DynamicDeepError('PAYLOAD_CORRUPT', `latent ${value} out of range`);
    latents[step * NEURAL_CHANNELS + channel] = value;
  });
  return latents;
}

/** Calls `visit` with every latent, in coding order, and the index of its table. */
export function forEachCoded(
  latents: Int8Array,
  contexts: LearnedContexts | undefined,
  visit: (value: number, table: number) => void,
): void {
  forEachLatent((channel, step) => {
    visit(latents[step * NEURAL_CHANNELS + channel]!, contextOf(latents, channel, step, contexts));
  });
}

/** Calls `visit` with every latent, its channel, and the neighbours that learned contexts use for it. */
export function forEachNeighbourhood(
  latents: Int8Array,
  visit: (value: number, channel: number, neighbours: ArrayLike<number>) => void,
): void {
  forEachLatent((channel, step) => {
    visit(latents[step * NEURAL_CHANNELS + channel]!, channel, neighboursOf(latents, channel, step));
  });
}

function forEachLatent(visit: (channel: number, step: number) => void): void {
  for (let channel = 0; channel < NEURAL_CHANNELS; channel++)
    for (let step = 0; step < STEPS; step++) visit(channel, step);
}

function contextOf(latents: Int8Array, channel: number, step: number, contexts: LearnedContexts | undefined): number {
  return contexts === undefined
    ? fixedContext(latents, channel, step)
    : learnedContext(contexts, channel, neighboursOf(latents, channel, step));
}

/** Returns the table of a latent, from the two before it in its channel and three in the previous channel. */
function fixedContext(latents: Int8Array, channel: number, step: number): number {
  const at = (c: number, s: number): number => Math.abs(latentAt(latents, c, s));
  let activity = 2 * at(channel, step - 1) + at(channel, step - 2);
  if (channel > 0) {
    activity += 2 * at(channel - 1, step) + at(channel - 1, step - 1) + at(channel - 1, step + 1);
  }
  return channel * ACTIVITY_CLASSES + CLASS_OF[Math.min(63, activity)]!;
}

/** Returns the latents before it in its channel, nearest first, then those around it in each earlier channel. */
function neighboursOf(latents: Int8Array, channel: number, step: number): Int8Array {
  const own = new Int8Array(latentNeighbours(channel));
  for (let k = 1; k <= BEFORE; k++) own[k - 1] = latentAt(latents, channel, step - k);
  let next = BEFORE;
  for (let c = 0; c < channel; c++) {
    for (let k = -ASIDE; k <= ASIDE; k++) own[next++] = latentAt(latents, c, step + k);
  }
  return own;
}

function latentAt(latents: Int8Array, channel: number, step: number): number {
  return step < 0 || step >= STEPS ? 0 : latents[step * NEURAL_CHANNELS + channel]!;
}
