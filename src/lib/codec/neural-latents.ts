/**
 * Latents of a neural rung: 4 channels of 56 integers, channel after channel, each coded by a static integer table that
 * the latents before it select. docs/bitstream.md has the layout.
 */
import type { FrequencyTable } from './frequency-table.js';
import { learnedContext, type LearnedContexts } from './learned-contexts.js';
import type { RangeDecoder, RangeEncoder } from './range-coder.js';
import { DynamicDeepError } from '../errors/index.js';

export const NEURAL_CHANNELS = 4;
const STEPS = 56;
/** [56 x 4] latents of a window, step after step as the networks have them. */
export const NEURAL_LATENTS = STEPS * NEURAL_CHANNELS;

/** Values with a symbol of their own; what lies beyond is escaped, and nothing lies beyond +-127. */
export const NEURAL_RANGE = 20;
export const NEURAL_SYMBOLS = 2 * NEURAL_RANGE + 1;
export const NEURAL_LARGEST = 127;

/** Edges of the classes of activity, a weighted sum of magnitudes of coded neighbours. */
const ACTIVITY = [1, 2, 3, 5, 7, 10, 14, 20, 30];
const ACTIVITY_CLASSES = ACTIVITY.length + 1;
/** Tables of a rung without learned contexts. */
export const NEURAL_CONTEXTS = ACTIVITY_CLASSES * NEURAL_CHANNELS;
const CLASS_OF = Uint8Array.from({ length: 64 }, (_, sum) => ACTIVITY.filter((edge) => sum >= edge).length);

/** What learned contexts see: so many latents before in the channel, and of each channel before so many to either side. */
const BEFORE = 6;
const ASIDE = 3;
export const latentNeighbours = (channel: number): number => BEFORE + channel * (2 * ASIDE + 1);

/** What codes a rung's latents. */
export interface LatentCoder {
  readonly tables: readonly FrequencyTable[];
  /** Choose among the tables; by a fixed rule where there are none. */
  readonly contexts: LearnedContexts | undefined;
}

export function writeNeuralLatents(latents: Int8Array, { tables, contexts }: LatentCoder, encoder: RangeEncoder): void {
  forEachCoded(latents, contexts, (value, table) => {
    tables[table]!.encode(encoder, value);
  });
}

/** Throws PAYLOAD_CORRUPT where the bytes cannot be a window's. */
export function readNeuralLatents(decoder: RangeDecoder, { tables, contexts }: LatentCoder): Int8Array {
  const latents = new Int8Array(NEURAL_LATENTS);
  forEachLatent((channel, step) => {
    const value = tables[contextOf(latents, channel, step, contexts)]!.decode(decoder);
    if (Math.abs(value) > NEURAL_LARGEST) throw new DynamicDeepError('PAYLOAD_CORRUPT', `latent ${value} out of range`);
    latents[step * NEURAL_CHANNELS + channel] = value;
  });
  return latents;
}

/** Calls `visit` with every latent in the order of the code, and the place of its table. */
export function forEachCoded(
  latents: Int8Array,
  contexts: LearnedContexts | undefined,
  visit: (value: number, table: number) => void,
): void {
  forEachLatent((channel, step) => {
    visit(latents[step * NEURAL_CHANNELS + channel]!, contextOf(latents, channel, step, contexts));
  });
}

/** Calls `visit` with every latent, its channel, and the neighbours that learned contexts see of it. */
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

/** Table of a latent: the two before it in its channel, and its neighbours in the channel before. */
function fixedContext(latents: Int8Array, channel: number, step: number): number {
  const at = (c: number, s: number): number => Math.abs(latentAt(latents, c, s));
  let activity = 2 * at(channel, step - 1) + at(channel, step - 2);
  if (channel > 0) {
    activity += 2 * at(channel - 1, step) + at(channel - 1, step - 1) + at(channel - 1, step + 1);
  }
  return channel * ACTIVITY_CLASSES + CLASS_OF[Math.min(63, activity)]!;
}

/** The latents before it in its channel, the nearest first, then those around it in each channel before. */
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
