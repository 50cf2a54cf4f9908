/**
 * Latents of a neural rung as bytes: 4 channels of 56 integers, channel after channel, each coded by a static integer
 * table that its channel and the latents before it select. docs/bitstream.md has the layout.
 */
import type { FrequencyTable } from './frequency-table.js';
import { RangeDecoder, RangeEncoder } from './range-coder.js';
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
export const NEURAL_CONTEXTS = ACTIVITY_CLASSES * NEURAL_CHANNELS;
const CLASS_OF = Uint8Array.from({ length: 64 }, (_, sum) => ACTIVITY.filter((edge) => sum >= edge).length);

export function encodeNeuralLatents(latents: Int8Array, tables: readonly FrequencyTable[]): Uint8Array {
  const encoder = new RangeEncoder();
  forEachLatent((channel, step) => {
    tables[contextOf(latents, channel, step)]!.encode(encoder, latents[step * NEURAL_CHANNELS + channel]!);
  });
  return encoder.finish();
}

/** Throws PAYLOAD_CORRUPT where the bytes cannot be a window's. */
export function decodeNeuralLatents(bytes: Uint8Array, tables: readonly FrequencyTable[]): Int8Array {
  const decoder = new RangeDecoder(bytes);
  const latents = new Int8Array(NEURAL_LATENTS);
  forEachLatent((channel, step) => {
    const value = tables[contextOf(latents, channel, step)]!.decode(decoder);
    if (Math.abs(value) > NEURAL_LARGEST) throw new DynamicDeepError('PAYLOAD_CORRUPT', `latent ${value} out of range`);
    latents[step * NEURAL_CHANNELS + channel] = value;
  });
  decoder.finish();
  return latents;
}

/** Counts of every symbol under every context over windows: what `FrequencyTable.fromCounts` takes. The last is the escape's. */
export function countNeuralLatents(windows: Iterable<Int8Array>): number[][] {
  const counts = Array.from({ length: NEURAL_CONTEXTS }, () => new Array<number>(NEURAL_SYMBOLS + 1).fill(0));
  for (const latents of windows) {
    forEachLatent((channel, step) => {
      const value = latents[step * NEURAL_CHANNELS + channel]!;
      const symbol = Math.abs(value) > NEURAL_RANGE ? NEURAL_SYMBOLS : value + NEURAL_RANGE;
      counts[contextOf(latents, channel, step)]![symbol]!++;
    });
  }
  return counts;
}

function forEachLatent(visit: (channel: number, step: number) => void): void {
  for (let channel = 0; channel < NEURAL_CHANNELS; channel++)
    for (let step = 0; step < STEPS; step++) visit(channel, step);
}

/** Table of a latent: the two before it in its channel, and its neighbours in the channel before. */
function contextOf(latents: Int8Array, channel: number, step: number): number {
  const at = (c: number, s: number): number => (s < 0 || s >= STEPS ? 0 : Math.abs(latents[s * NEURAL_CHANNELS + c]!));
  let activity = 2 * at(channel, step - 1) + at(channel, step - 2);
  if (channel > 0) {
    activity += 2 * at(channel - 1, step) + at(channel - 1, step - 1) + at(channel - 1, step + 1);
  }
  return channel * ACTIVITY_CLASSES + CLASS_OF[Math.min(63, activity)]!;
}
