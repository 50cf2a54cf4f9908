/** The rhythm task: the classifier's input and output, and the error that compression adds to it. */

import { DynamicDeepError } from '../errors/index.js';
import type { Manifest } from '../model/manifest.js';

/** Classes in the order of the classifier's outputs: normal, atrial fibrillation, other rhythm, noise. */
export const RHYTHM_CLASSES = ['N', 'A', 'O', 'NOISE'] as const;
export const CLASS_COUNT = RHYTHM_CLASSES.length;

/** Minimum steps of contiguous signal for a label; fewer are 'not enough signal'. */
export const MIN_CONTEXT_STEPS = 14;

/** Network units per millivolt, and the value at which they are clipped: 5 mV is beyond any ECG, a rail is not a beat. */
const GAIN = 4;
const CLIP = 20;

/** Probabilities below this are raised to it before a logarithm (design: added cross-entropy). */
const FLOOR = 1e-6;

/**
 * Reads the temperature that calibrates the classifier's logits from its manifest.
 *
 * @throws DynamicDeepError MODEL_INVALID if it is not a number between 0 and 100
 */
export function readTemperature({ parameters }: Manifest): number {
  const temperature = parameters['temperature'];
  if (typeof temperature !== 'number' || !(temperature > 0 && temperature < 100)) {
    throw new DynamicDeepError('MODEL_INVALID', `the rhythm classifier's temperature is ${String(temperature)}`);
  }
  return temperature;
}

/** Network input for a context: millivolts at 300 Hz, median removed, scaled and clipped. Writes to `out` at `offset`. */
export function normaliseRhythm(millivolts: Float32Array, out: Float32Array, offset = 0): void {
  const median = medianOf(millivolts);
  for (let i = 0; i < millivolts.length; i++) {
    out[offset + i] = Math.max(-CLIP, Math.min(CLIP, (millivolts[i]! - median) * GAIN));
  }
}

/** Median of finite values; 0 if there are none. */
export function medianOf(values: Float32Array): number {
  const sorted = values.slice().sort();
  return sorted[sorted.length >> 1] ?? 0;
}

/** Class probabilities [steps x 4] from logits at a temperature (Guo et al., 2017). */
export function softmax(logits: Float32Array, temperature: number): Float32Array {
  const out = new Float32Array(logits.length);
  for (let s = 0; s < logits.length; s += CLASS_COUNT) {
    let highest = -Infinity;
    for (let c = 0; c < CLASS_COUNT; c++) highest = Math.max(highest, logits[s + c]!);
    let sum = 0;
    for (let c = 0; c < CLASS_COUNT; c++) sum += out[s + c] = Math.exp((logits[s + c]! - highest) / temperature);
    for (let c = 0; c < CLASS_COUNT; c++) out[s + c]! /= sum;
  }
  return out;
}

/** Class probabilities [steps x 4] after a further temperature: above 1 they become less certain. */
export function tempered(probabilities: Float32Array, temperature: number): Float32Array {
  return softmax(
    probabilities.map((p) => Math.log(Math.max(p, FLOOR))),
    temperature,
  );
}

/** Index of the largest probability of step `step`. */
export function decision(probabilities: Float32Array, step: number): number {
  let best = 0;
  for (let c = 1; c < CLASS_COUNT; c++) {
    if (probabilities[step * CLASS_COUNT + c]! > probabilities[step * CLASS_COUNT + best]!) best = c;
  }
  return best;
}

/**
 * Added cross-entropy: the mean over steps of KL(original, decoded) in nats, with probabilities floored at 1e-6. 0 if both are
 * the same; needs no label. `from` and `to` choose steps. Not finite if an input is not.
 */
export function addedCrossEntropy(
  original: Float32Array,
  decoded: Float32Array,
  from = 0,
  to = original.length / CLASS_COUNT,
): number {
  let sum = 0;
  for (let i = from * CLASS_COUNT; i < to * CLASS_COUNT; i++) {
    const p = original[i]!;
    sum += p * (Math.log(Math.max(p, FLOOR)) - Math.log(Math.max(decoded[i]!, FLOOR)));
  }
  // Rounding of single-precision probabilities can leave the mean slightly below 0.
  const mean = sum / (to - from);
  return mean < 0 && mean > -1e-6 ? 0 : mean;
}

/**
 * Expected share of right decisions lost, by the original's probabilities: the mean over steps of the probability of its own
 * decision less that of the decoded signal's decision. A change between equally likely classes costs nothing, one away from a
 * certain decision costs all of it.
 */
export function decisionsLost(original: Float32Array, decoded: Float32Array): number {
  const steps = original.length / CLASS_COUNT;
  let sum = 0;
  for (let s = 0; s < steps; s++) {
    const at = s * CLASS_COUNT;
    sum += original[at + decision(original, s)]! - original[at + decision(decoded, s)]!;
  }
  return sum / steps;
}

/** The paper's task error: mean categorical cross-entropy of the steps with the record's label, in nats. */
export function crossEntropy(probabilities: Float32Array, label: number): number {
  const steps = probabilities.length / CLASS_COUNT;
  let sum = 0;
  for (let s = 0; s < steps; s++) sum -= Math.log(Math.max(probabilities[s * CLASS_COUNT + label]!, FLOOR));
  return sum / steps;
}
