/**
 * What both predictors see a window through, in numbers that can be counted: its scale, and for each channel of the
 * encoder's output how much there is in it and how much of that changes from step to step (docs/audits.md).
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

/** Energies are seen as logarithms above this floor. */
const FLOOR = 1e-3;

/** What the encoder was given and made of it. */
export interface WindowInput {
  readonly scale: WindowScale;
  /** [56 x 4] integers of the finest neural rung; undefined where the scale lies outside the training range. */
  readonly latents: Int8Array | undefined;
}

/** In the order of `INPUT_FEATURES`; of a window that no network saw the scale alone, NaN elsewhere. */
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
