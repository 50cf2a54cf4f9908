import { expect, it } from 'vitest';
import { CLASS_COUNT, softmax } from '../../src/lib/tasks/rhythm.js';
import { crossEntropyOf, fitTemperature } from '../../src/training/temperature.js';

/** A record of one step that says class 0 with a logit of `logit`. */
const record = (logit: number): Float32Array => Float32Array.of(logit, 0, 0, 0);

it('is the one at which a classifier is as sure of itself as it is right', () => {
  // Said with logits 3 and right in 12 of 20 records: 0.6 = e^(3 / t) / (e^(3 / t) + 3).
  const labels = Array.from({ length: 20 }, (_, r) => (r < 12 ? 0 : 1 + (r % 3)));
  const logits = labels.map(() => record(3));
  const temperature = fitTemperature(labels, logits);
  expect(temperature).toBeCloseTo(3 / Math.log(4.5), 2);
  expect(softmax(logits[0]!, temperature)[0]).toBeCloseTo(0.6, 3);
  for (const other of [0.9 * temperature, 1.1 * temperature]) {
    expect(crossEntropyOf(labels, logits, temperature)).toBeLessThan(crossEntropyOf(labels, logits, other));
  }
});

it('goes by a cross-entropy that is summed over records', () => {
  expect(crossEntropyOf([0, 2], [record(0), record(0)], 1)).toBeCloseTo(2 * Math.log(CLASS_COUNT), 6);
});
