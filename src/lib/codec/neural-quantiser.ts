/** Between the encoder's output and the integers of a neural rung. */
import type { NeuralRung } from './ladder.js';
import { NEURAL_CHANNELS, NEURAL_LARGEST } from './neural-latents.js';

/** Integers of the encoder's output under a rung's gains. */
export function quantise(values: Float32Array, { gains }: Pick<NeuralRung, 'gains'>): Int8Array {
  return Int8Array.from(values, (v, i) =>
    Math.max(-NEURAL_LARGEST, Math.min(NEURAL_LARGEST, Math.round(v * gains[i % NEURAL_CHANNELS]!))),
  );
}

/** What the decoder network sees of integers: times the rung's inverse gains. */
export function dequantise(latents: Int8Array, { inverses }: Pick<NeuralRung, 'inverses'>): Float32Array {
  return Float32Array.from(latents, (v, i) => v * inverses[i % NEURAL_CHANNELS]!);
}
