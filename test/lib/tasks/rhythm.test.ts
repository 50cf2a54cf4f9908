import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addedCrossEntropy,
  CLASS_COUNT,
  crossEntropy,
  decision,
  decisionsLost,
  medianOf,
  normaliseRhythm,
  softmax,
} from '../../../src/lib/tasks/rhythm.js';

const steps = fc.integer({ min: 1, max: 12 });
const logitsOf = (n: number): fc.Arbitrary<Float32Array> =>
  fc
    .array(fc.float({ min: -40, max: 40, noNaN: true }), { minLength: n * CLASS_COUNT, maxLength: n * CLASS_COUNT })
    .map((values) => Float32Array.from(values));

describe('softmax', () => {
  it('gives probabilities whose largest is the largest logit’s', () => {
    fc.assert(
      fc.property(steps.chain(logitsOf), fc.double({ min: 0.5, max: 3, noNaN: true }), (logits, temperature) => {
        const p = softmax(logits, temperature);
        for (let s = 0; s < p.length / CLASS_COUNT; s++) {
          const row = p.subarray(s * CLASS_COUNT, (s + 1) * CLASS_COUNT);
          expect(row.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
          const own = logits.subarray(s * CLASS_COUNT, (s + 1) * CLASS_COUNT);
          expect(row[decision(p, s)]).toBe(Math.max(...row));
          expect(row[own.indexOf(Math.max(...own))]).toBe(Math.max(...row));
        }
      }),
    );
  });

  it('survives logits that overflow an exponential, and flattens with temperature', () => {
    expect(Array.from(softmax(Float32Array.of(1000, 0, 0, 0), 1))).toEqual([1, 0, 0, 0]);
    const [sharp = 0] = softmax(Float32Array.of(2, 0, 0, 0), 1);
    const [flat = 0] = softmax(Float32Array.of(2, 0, 0, 0), 2);
    expect(sharp).toBeCloseTo(Math.exp(2) / (Math.exp(2) + 3), 6);
    expect(flat).toBeCloseTo(Math.exp(1) / (Math.exp(1) + 3), 6);
  });
});

describe('added cross-entropy', () => {
  it('is 0 of equals and never negative', () => {
    fc.assert(
      fc.property(
        steps.chain((n) => fc.tuple(logitsOf(n), logitsOf(n))),
        ([a, b]) => {
          const [p, q] = [softmax(a, 1), softmax(b, 1)];
          expect(addedCrossEntropy(p, p)).toBe(0);
          expect(addedCrossEntropy(p, q)).toBeGreaterThanOrEqual(0);
        },
      ),
    );
  });

  it('is the mean over steps of KL in nats, by hand', () => {
    const p = Float32Array.of(0.5, 0.5, 0, 0, 1, 0, 0, 0);
    const q = Float32Array.of(0.25, 0.75, 0, 0, 1, 0, 0, 0);
    const kl = 0.5 * Math.log(2) + 0.5 * Math.log(0.5 / 0.75);
    expect(addedCrossEntropy(p, q)).toBeCloseTo(kl / 2, 12);
    expect(addedCrossEntropy(p, q, 0, 1)).toBeCloseTo(kl, 12);
    expect(addedCrossEntropy(p, q, 1, 2)).toBe(0);
  });

  it('stays finite where a class vanishes: probabilities are floored at 1e-6', () => {
    const error = addedCrossEntropy(Float32Array.of(1, 0, 0, 0), Float32Array.of(0, 1, 0, 0));
    expect(error).toBeCloseTo(-Math.log(1e-6), 9);
  });

  it('is not a number where an input is none: no bound is kept then', () => {
    const p = Float32Array.of(0.25, 0.25, 0.25, 0.25);
    expect(addedCrossEntropy(p, Float32Array.of(NaN, 0, 0, 0))).toBeNaN();
    expect(addedCrossEntropy(Float32Array.of(NaN, 0, 0, 0), p)).toBeNaN();
  });
});

it('cross-entropy is the mean surprise of the label', () => {
  const p = Float32Array.of(0.5, 0.25, 0.25, 0, 1, 0, 0, 0);
  expect(crossEntropy(p, 0)).toBeCloseTo(Math.log(2) / 2, 12);
  expect(crossEntropy(p, 3)).toBeCloseTo(-Math.log(1e-6), 9);
});

describe('the classifier’s input', () => {
  it('has its median removed, 4 units a millivolt, clipped at 5 mV', () => {
    const out = new Float32Array(6);
    normaliseRhythm(Float32Array.of(1, 1.5, 1, 100, -100), out, 1);
    expect(Array.from(out)).toEqual([0, 0, 2, 0, 20, -20]);
  });

  it('does not depend on the offset', () => {
    const signal = Float32Array.from({ length: 512 }, (_, i) => Math.fround(Math.sin(i / 9)));
    const [a, b] = [new Float32Array(512), new Float32Array(512)];
    normaliseRhythm(signal, a);
    normaliseRhythm(
      signal.map((v) => v + 8),
      b,
    );
    a.forEach((v, i) => {
      expect(Math.abs(v - b[i]!)).toBeLessThan(1e-4);
    });
  });

  it('has the median of the values, 0 of none', () => {
    expect(medianOf(Float32Array.of(3, -1, 2))).toBe(2);
    expect(medianOf(new Float32Array(0))).toBe(0);
  });
});

describe('decisions lost', () => {
  it('is what the original gives its own decision less what it gives the other, over the steps', () => {
    const original = Float32Array.of(0.6, 0.4, 0, 0, 0.9, 0.1, 0, 0);
    expect(decisionsLost(original, Float32Array.of(0.1, 0.9, 0, 0, 0.6, 0.4, 0, 0))).toBeCloseTo(0.1, 6);
    expect(decisionsLost(original, original)).toBe(0);
  });
});
