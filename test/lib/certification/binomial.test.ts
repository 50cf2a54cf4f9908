import { describe, expect, it } from 'vitest';
import { binomialLowerTail } from '../../../src/lib/certification/binomial.js';

/** The same as a quotient of integers: rate = a / b, so that nothing is rounded before the last division. */
function byIntegers(count: number, trials: number, a: bigint, b: bigint): number {
  let sum = 0n;
  let choose = 1n;
  for (let i = 0; i <= count; i++) {
    sum += choose * a ** BigInt(i) * (b - a) ** BigInt(trials - i);
    choose = (choose * BigInt(trials - i)) / BigInt(i + 1);
  }
  const scale = 10n ** 30n;
  return Number((sum * scale) / b ** BigInt(trials)) / 1e30;
}

describe('the lower tail of a binomial', () => {
  it('is that of exact integer arithmetic', () => {
    for (const [trials, a, b] of [[5, 1n, 2n], [40, 1n, 20n], [900, 1n, 100n], [900, 1n, 20n], [300, 9n, 10n]] as const) {
      for (const count of [0, 1, 2, 3, 9, 40, 250].filter((own) => own < trials)) {
        const exact = byIntegers(count, trials, a, b);
        const found = binomialLowerTail(count, trials, Number(a) / Number(b));
        if (exact > 1e-18) expect(found / exact, `${count} of ${trials} at ${a}/${b}`).toBeCloseTo(1, 9);
        else expect(found).toBeLessThan(1e-17);
      }
    }
  }); // prettier-ignore

  it('has the figures of the worked example of docs/certificates.md', () => {
    expect(binomialLowerTail(0, 900, 0.01)).toBeCloseTo(0.000118, 6);
    expect(binomialLowerTail(2, 900, 0.01)).toBeCloseTo(0.00606, 5);
    expect(binomialLowerTail(3, 900, 0.01)).toBeCloseTo(0.02078, 5);
  });

  it('is 0 below and 1 at all, and holds where single terms underflow', () => {
    expect(binomialLowerTail(-1, 10, 0.1)).toBe(0);
    expect(binomialLowerTail(10, 10, 0.1)).toBe(1);
    expect(binomialLowerTail(0, 0, 0.1)).toBe(1);
    // (1 - 0.01) ** 200,000 is no number that a double can hold; the median of the binomial is about its mean.
    expect(binomialLowerTail(2000, 200_000, 0.01)).toBeCloseTo(0.506, 2);
    expect(() => binomialLowerTail(1, 10, 0)).toThrow(RangeError);
    expect(() => binomialLowerTail(1, 10, Number.NaN)).toThrow(RangeError);
  });
});
