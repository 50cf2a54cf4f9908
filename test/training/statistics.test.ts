import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bootstrap95,
  centred,
  correlation,
  deviation,
  mean,
  nearestQuantile,
  rankCorrelation,
} from '../../src/training/statistics.js';

const values = fc.uniqueArray(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 });

describe('mean and deviation', () => {
  it('are those of all numbers, 0 of none', () => {
    expect([mean([1, 2, 6]), mean(Float32Array.of(-2, 2)), mean([])]).toEqual([3, 0, 0]);
    expect(deviation([1, 1, 5, 5])).toBe(2);
    expect([deviation([7]), deviation([])]).toEqual([0, 0]);
  });

  it('are 0 and the same about the mean', () => {
    expect([...centred([1, 2, 6])]).toEqual([-2, -1, 3]);
  });
});

describe('the nearest quantile', () => {
  it('is a number that occurs, whatever their order, 0 of none', () => {
    const own = Float32Array.of(40, 10, 30, 20);
    expect([0, 0.1, 0.5, 0.9, 1].map((share) => nearestQuantile(own, share))).toEqual([10, 10, 30, 40, 40]);
    expect([...own]).toEqual([40, 10, 30, 20]);
    expect(nearestQuantile([], 0.5)).toBe(0);
  });
});

describe('correlation', () => {
  it('is Pearson’s (checked by hand)', () => {
    // Deviations -1, 0, 1 and -1, 1, 0: 1 / sqrt(2 * 2).
    expect(correlation([1, 2, 3], [4, 6, 5])).toBeCloseTo(0.5, 12);
    expect(correlation([1, 2, 3], [7, 5, 3])).toBeCloseTo(-1, 12);
  });

  it('is not a number where one side is constant', () => {
    expect(correlation([1, 2, 3], [4, 4, 4])).toBeNaN();
  });
});

describe('rank correlation', () => {
  it('is 1 for any rising and -1 for any falling function', () => {
    fc.assert(
      fc.property(values, (list) => {
        const rank = (v: number): number => list.filter((other) => other < v).length;
        const risen = list.map((v) => rank(v) ** 3);
        expect(rankCorrelation(list, risen)).toBeCloseTo(1, 9);
        expect(
          rankCorrelation(
            list,
            risen.map((v) => -v),
          ),
        ).toBeCloseTo(-1, 9);
      }),
    );
  });

  it('gives ties the mean of their ranks (checked by hand)', () => {
    // Ranks 1, 2.5, 2.5, 4 against 1, 2, 3, 4: 4.5 / sqrt(4.5 * 5).
    expect(rankCorrelation([1, 2, 2, 3], [10, 20, 30, 40])).toBeCloseTo(4.5 / Math.sqrt(4.5 * 5), 12);
    // The textbook's example of IQ and hours of television: -0.1758.
    const iq = [106, 100, 86, 101, 99, 103, 97, 113, 112, 110];
    const hours = [7, 27, 2, 50, 28, 29, 20, 12, 6, 17];
    expect(rankCorrelation(iq, hours)).toBeCloseTo(-0.17575757, 6);
  });

  it('is not a number where one side is constant', () => {
    expect(rankCorrelation([1, 1, 1], [1, 2, 3])).toBeNaN();
  });
});

describe('the bootstrap', () => {
  const mean = (sample: readonly number[]) => ({ mean: sample.reduce((a, b) => a + b, 0) / sample.length });

  it('of a mean comes near 1.96 standard errors, the same for the same seed', () => {
    const units = Array.from({ length: 400 }, (_, i) => i % 2);
    const { mean: interval } = bootstrap95(units, mean, 1);
    const [low, high] = interval!;
    // Standard error of a share of a half among 400: 0.025.
    expect(low).toBeCloseTo(0.5 - 1.96 * 0.025, 1);
    expect(high).toBeCloseTo(0.5 + 1.96 * 0.025, 1);
    expect(high - low).toBeGreaterThan(0.08);
    expect(high - low).toBeLessThan(0.12);
    expect(bootstrap95(units, mean, 1)).toEqual({ mean: interval });
  });

  it('leaves out draws without a figure, and gives none where no draw has one', () => {
    const figures = (sample: readonly number[]) => ({ some: sample.includes(1) ? 7 : null, none: null });
    expect(bootstrap95([0, 1], figures, 1)).toEqual({ some: [7, 7], none: null });
    expect(bootstrap95<number, 'some' | 'none'>([], figures, 1)).toEqual({ some: null, none: null });
  });
});
