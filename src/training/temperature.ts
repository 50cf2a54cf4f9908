/** Calibrates a classifier's confidence by the temperature of its logits. */
import { crossEntropy, softmax } from '../lib/tasks/rhythm.js';

/** Cross-entropy against the labels, nats, summed over records with logits [steps x 4] each. */
export function crossEntropyOf(
  labels: readonly number[],
  logits: readonly Float32Array[],
  temperature: number,
): number {
  return labels.reduce((sum, label, r) => sum + crossEntropy(softmax(logits[r]!, temperature), label), 0);
}

/** Temperature with the lowest cross-entropy, from 0.25 to 4, by golden-section search on its logarithm. */
export function fitTemperature(labels: readonly number[], logits: readonly Float32Array[]): number {
  const loss = (log: number): number => crossEntropyOf(labels, logits, Math.exp(log));
  const golden = (Math.sqrt(5) - 1) / 2;
  let low = Math.log(0.25);
  let high = Math.log(4);
  for (let i = 0; i < 30; i++) {
    const a = high - golden * (high - low);
    const b = low + golden * (high - low);
    if (loss(a) < loss(b)) high = b;
    else low = a;
  }
  return Number(Math.exp((low + high) / 2).toFixed(4));
}
