/**
 * Summary of the input of both predictors, as numbers whose distribution can be monitored: the window's scale, and for each
 * channel of the encoder's output its energy and the share of it that changes from step to step (docs/audits.md).
 */
import type { NeuralRung } from './ladder.js';
import { NEURAL_CHANNELS, NEURAL_LATENTS } from './neural-latents.js';
import { dequantise } from './neural-quantiser.js';
import type { WindowScale } from './window-scale.js';

export const INPUT_FEATURES = [
  'scale',
  ...(['energy-1', 'energy-2', 'energy-3', 'energy-4'] as const),
  ...(['change-1', 'change-2', 'change-3', 'change-4'] as const),
] as const;

/** Floor added to energies before their logarithm is taken. */
const FLOOR = 1e-3;

/** A window's scale and its encoded latents. */
export interface WindowInput {
  readonly scale: WindowScale;
  /** [56 x 4] integers of the finest neural rung; undefined if no network saw the window (scale outside the training range). */
  readonly latents: Int8Array | undefined;
}

/** Returns the features in the order of `INPUT_FEATURES`. All but the scale are NaN if no network saw the window. */
export function inputFeatures({ scale, latents }: WindowInput, rung: Pick<NeuralRung, 'inverses'>): Float32Array {
  const features = new Float32Array(INPUT_FEATURES.length).fill(Number.NaN);
  features[0] = scale.index;
  if (latents === undefined) return features;
  const values = dequantise(latents, rung);
  const steps = NEURAL_LATENTS / NEURAL_CHANNELS;
  for (let c = 0; c < NEURAL_CHANNELS; c++) {
    let [energy, change] = [0, 0];
    for (let s = 0; s < steps; s++) {
      const v = values[s * NEURAL_CHANNELS + c]!;
      energy += v * v;
      if (s > 0) change += (v - values[(s - 1) * NEURAL_CHANNELS + c]!) ** 2;
    }
    features[1 + c] = Math.log(energy / steps + FLOOR);
    features[1 + NEURAL_CHANNELS + c] = Math.log((change / steps + FLOOR) / (energy / steps + FLOOR));
  }
  return features;
}
