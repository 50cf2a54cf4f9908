/**
 * Features of a window for the dense predictor: how much the posteriors of its student (a student of the rhythm classifier that
 * reads latents) change from rung to rung, how certain they are, and how active the latents are. Training and edge share it.
 */
import { NEURAL_CHANNELS, NEURAL_LATENTS } from './neural-latents.js';

/** The rhythm classifier's steps per window, and its classes. */
const STEPS = 7;
const CLASSES = 4;
/** Number of posteriors of a window, [7 x 4]. */
export const STUDENT_OUTPUTS = STEPS * CLASSES;

/** Floors added to divergences and energies before their logarithm, and lower limit of probabilities inside one. */
const DIVERGENCE_FLOOR = 1e-4;
const ENERGY_FLOOR = 1e-3;
const PROBABILITY_FLOOR = 1e-6;

/** Returns the length of `denseFeatures` for a number of neural rungs. */
export function denseFeatureCount(rungs: number): number {
  return 3 * rungs + CLASSES + 3 + 3 * NEURAL_CHANNELS;
}

/** A window: the encoder's output [56 x 4], its integers under each neural rung, and the student's posteriors for all of them. */
export interface DenseWindow {
  readonly values: Float32Array;
  readonly latents: readonly Int8Array[];
  /** Posteriors [7 x 4] for `values`, and for the dequantised latents of each rung. */
  readonly posterior: Float32Array;
  readonly posteriors: readonly Float32Array[];
}

export function denseFeatures({ values, latents, posterior, posteriors }: DenseWindow): Float32Array {
  const divergences = posteriors.map((own) => divergenceOf(posterior, own));
  const nonZero = latents.map((own) => own.reduce((count, v) => count + (v === 0 ? 0 : 1), 0) / NEURAL_LATENTS);
  const means = Array.from({ length: CLASSES }, (_, c) => {
    let sum = 0;
    for (let s = 0; s < STEPS; s++) sum += posterior[s * CLASSES + c]!;
    return sum / STEPS;
  });
  const surest = Array.from({ length: STEPS }, (_, s) =>
    Math.max(...posterior.subarray(s * CLASSES, (s + 1) * CLASSES)),
  );
  return Float32Array.from([
    ...divergences.map(({ mean }) => Math.log(mean + DIVERGENCE_FLOOR)),
    ...divergences.map(({ largest }) => Math.log(largest + DIVERGENCE_FLOOR)),
    ...nonZero,
    ...means,
    ...[entropyOf(posterior), surest.reduce((a, b) => a + b, 0) / STEPS, Math.min(...surest)],
    ...channels(values),
  ]);
}

/** Returns the mean and the largest of the steps' KL(p, q). */
function divergenceOf(p: Float32Array, q: Float32Array): { readonly mean: number; readonly largest: number } {
  let [sum, largest] = [0, 0];
  for (let s = 0; s < STEPS; s++) {
    let own = 0;
    for (let i = s * CLASSES; i < (s + 1) * CLASSES; i++) {
      own += p[i]! * Math.log(Math.max(p[i]!, PROBABILITY_FLOOR) / Math.max(q[i]!, PROBABILITY_FLOOR));
    }
    sum += Math.max(0, own);
    largest = Math.max(largest, own);
  }
  return { mean: sum / STEPS, largest };
}

function entropyOf(p: Float32Array): number {
  return -p.reduce((sum, v) => sum + v * Math.log(Math.max(v, PROBABILITY_FLOOR)), 0) / STEPS;
}

/** Returns log energy, log energy of the differences, and log of the largest magnitude of each channel. */
function channels(values: Float32Array): number[] {
  const steps = NEURAL_LATENTS / NEURAL_CHANNELS;
  const out: number[] = [];
  for (let c = 0; c < NEURAL_CHANNELS; c++) {
    let [energy, difference, largest] = [0, 0, 0];
    for (let s = 0; s < steps; s++) {
      const v = values[s * NEURAL_CHANNELS + c]!;
      energy += v * v;
      largest = Math.max(largest, Math.abs(v));
      if (s > 0) difference += (v - values[(s - 1) * NEURAL_CHANNELS + c]!) ** 2;
    }
    const logarithm = (sum: number): number => Math.log(sum / steps + ENERGY_FLOOR);
    out.push(logarithm(energy), logarithm(difference), Math.log(largest + ENERGY_FLOOR));
  }
  return out;
}

/** Smallest predicted error: above 0, so that a tau of 0 is never met. */
const SMALLEST = 1e-6;

/** Converts an output of the error network, log(error + floor of its task), to the error. */
export function errorOf(logarithm: number, floor: number): number {
  const error = Math.exp(logarithm) - floor;
  return error < SMALLEST ? SMALLEST : error;
}
