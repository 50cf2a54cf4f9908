import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { withoutHum } from '../../../src/lib/signal/mains.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { humAt } from './hum.js';

const power = (values: Float64Array): number => values.reduce((sum, v) => sum + v * v, 0) / values.length;

describe('hum that is taken out', () => {
  it('leaves a fiftieth of itself at most, whatever its frequency, harmonics, phase and wander', () => {
    const hum = fc.record({
      mv: fc.double({ min: 0.05, max: 3, noNaN: true }),
      hertz: fc.tuple(fc.constantFrom(50, 60), fc.double({ min: -0.5, max: 0.5, noNaN: true })).map(([a, b]) => a + b),
      phase: fc.double({ min: 0, max: 1, noNaN: true }),
      harmonics: fc.tuple(fc.double({ min: 0, max: 0.3, noNaN: true }), fc.double({ min: 0, max: 0.3, noNaN: true })),
      wander: fc.double({ min: 0, max: 0.3, noNaN: true }),
    });
    const rates = fc.constantFrom(128, 250, 300, 360);
    fc.assert(
      fc.property(hum, rates, fc.double({ min: 2, max: 6, noNaN: true }), (made, rate, seconds) => {
        const values = Float64Array.from({ length: Math.round(seconds * rate) }, (_, i) => humAt(i / rate, rate, made));
        const left = withoutHum({ values, rate, sampledAt: rate });
        expect(Math.sqrt(power(left) / power(values))).toBeLessThan(0.02);
      }),
      { numRuns: 60, seed: 3 },
    );
  });

  it('leaves white noise nearly as strong as it was, a level and a slope', () => {
    const random = seededRandom(2);
    for (const rate of [128, 250, 360]) {
      const white = Float64Array.from({ length: 6 * rate }, () => random.normal());
      const left = withoutHum({ values: white, rate, sampledAt: rate });
      const share = power(left) / power(white);
      // Of 128 numbers a second a fundamental takes 4, of 250 and more with its harmonics 12.
      expect(share).toBeGreaterThan(0.92);
      const sloping = white.map((v, i) => v * 1e-6 + 5 - i / rate);
      const same = withoutHum({ values: sloping, rate, sampledAt: rate });
      expect(Math.max(...same.map((v, i) => Math.abs(v - sloping[i]!)))).toBeLessThan(1e-3);
    }
  });
});

it('a line of a few values is no reason to fail', () => {
  for (const length of [0, 1, 5, 40]) {
    const left = withoutHum({ values: new Float64Array(length).fill(2), rate: 250, sampledAt: 250 });
    expect(left.every(Number.isFinite)).toBe(true);
    expect(left).toHaveLength(length);
  }
});
