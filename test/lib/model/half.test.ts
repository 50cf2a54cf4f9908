import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fromHalf, toHalf } from '../../../src/lib/model/half.js';

/** All finite non-negative halves, ascending: the value at index h is that of the bits h. */
const TABLE = Float64Array.from({ length: 0x7c00 }, (_, h) => {
  const exponent = h >> 10;
  const mantissa = h & 0x3ff;
  return exponent === 0 ? mantissa * 2 ** -24 : (1024 + mantissa) * 2 ** (exponent - 25);
});

/** Nearest half of a value by search, ties to the even bits. */
function nearest(value: number): number {
  const magnitude = Math.min(Math.abs(value), 65_504);
  let low = 0;
  let high = TABLE.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (TABLE[middle]! <= magnitude) low = middle;
    else high = middle;
  }
  const down = magnitude - TABLE[low]!;
  const up = TABLE[high]! - magnitude;
  const bits = down < up || (down === up && low % 2 === 0) ? low : high;
  return (value < 0 || Object.is(value, -0) ? 0x8000 : 0) | bits;
}

const half = (value: number): number => toHalf(Float32Array.of(value))[0]!;

describe('half precision', () => {
  it('gives every half back bit for bit', () => {
    const all = Uint16Array.from({ length: 0x10000 }, (_, h) => h).filter((h) => (h & 0x7c00) !== 0x7c00);
    expect(all).toHaveLength(2 * 0x7c00);
    expect(toHalf(fromHalf(all))).toEqual(all);
  });

  it('reads what IEEE 754 says', () => {
    const values = fromHalf(Uint16Array.of(0x3c00, 0xc000, 0x7bff, 0x0001, 0x0400, 0x3555, 0x7c00, 0xfc00, 0x7e00));
    expect(Array.from(values)).toEqual([
      ...[1, -2, 65_504, 2 ** -24, 2 ** -14, Math.fround(0.333251953125)],
      ...[Infinity, -Infinity, NaN],
    ]);
  });

  it('rounds to the nearest, ties to even', () => {
    fc.assert(
      fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => {
        expect(half(value)).toBe(nearest(value));
      }),
      { numRuns: 3000 },
    );
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 27), max: 2 ** 27 }), fc.integer({ min: -40, max: -8 }), (m, e) => {
        const value = Math.fround(m * 2 ** e);
        expect(half(value)).toBe(nearest(value));
      }),
      { numRuns: 3000 },
    );
  });

  it('rounds the middle between any two neighbours to the even one', () => {
    for (let h = 0; h < 0x7bff; h++) {
      const middle = (TABLE[h]! + TABLE[h + 1]!) / 2;
      if (half(middle) !== h + (h & 1)) expect([h, half(middle)]).toEqual([h, h + (h & 1)]);
    }
  });

  it('takes what is too large to the largest, and keeps what is no number none', () => {
    expect(half(1e6)).toBe(0x7bff);
    expect(half(-Infinity)).toBe(0xfbff);
    expect(fromHalf(toHalf(Float32Array.of(NaN)))[0]).toBeNaN();
  });
});
