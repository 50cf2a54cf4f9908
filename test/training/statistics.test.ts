import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { rankCorrelation } from '../../src/training/statistics.js';

const values = fc.uniqueArray(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 2, maxLength: 30 });

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
