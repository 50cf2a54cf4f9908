/**
 * Integer latents of the paper's rungs. The head's output is bounded by tanh to +-16 and rounded: 33 values, a little over
 * 5 bits before entropy coding. Each is coded by a static integer table, selected by the two latents before it.
 */
import { DynamicDeepError } from '../errors/index.js';
import { WINDOW } from '../signal/grid.js';
import type { FrequencyTable } from './frequency-table.js';
import { RangeDecoder, RangeEncoder } from './range-coder.js';

export const LATENT_RANGE = 16;
export const LATENT_SYMBOLS = 2 * LATENT_RANGE + 1;
export const LATENT_CONTEXTS = 6;

/** Heads of the encoder, named by their reduction, in the order of its outputs: 112, 56 and 28 latents a window. */
export const HEADS = [16, 32, 64] as const;
export type Head = (typeof HEADS)[number];
export const LATENT_COUNT: Readonly<Record<Head, number>> = { 16: WINDOW / 16, 32: WINDOW / 32, 64: WINDOW / 64 };

/** Tasks, in the order of the predictor's outputs. */
export const PREDICTED_TASKS = ['rhythm', 'peaks'] as const;

/** Scales latents to -1..1, the input of the predictors and adapters. */
export function scaledLatents(latents: Int8Array): Float32Array {
  return Float32Array.from(latents, (v) => v / LATENT_RANGE);
}

/** Returns the table of latent `i`, from the magnitudes of the two before it; the nearer one counts double. */
export function latentContext(latents: Int8Array, i: number): number {
  const activity = 2 * Math.abs(latents[i - 1] ?? 0) + Math.abs(latents[i - 2] ?? 0);
  if (activity < 3) return 0;
  if (activity < 6) return 1;
  if (activity < 10) return 2;
  if (activity < 16) return 3;
  return activity < 26 ? 4 : 5;
}

export function encodeLatents(latents: Int8Array, tables: readonly FrequencyTable[]): Uint8Array {
  const encoder = new RangeEncoder();
  latents.forEach((value, i) => {
    tables[latentContext(latents, i)]!.encode(encoder, value);
  });
  return encoder.finish();
}

/** Decodes exactly `count` latents; throws PAYLOAD_CORRUPT if the bytes cannot be their code. */
export function decodeLatents(bytes: Uint8Array, count: number, tables: readonly FrequencyTable[]): Int8Array {
  const decoder = new RangeDecoder(bytes);
  const latents = new Int8Array(count);
  for (let i = 0; i < count; i++) {
    const value = tables[latentContext(latents, i)]!.decode(decoder);
    if (Math.abs(value) > LATENT_RANGE) throw new DynamicDeepError('PAYLOAD_CORRUPT', `latent ${value} out of range`);
    latents[i] = value;
  }
  decoder.finish();
  return latents;
}
