import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeExpGolomb, encodeExpGolomb, FrequencyTable } from '../../../src/lib/codec/frequency-table.js';
import { RangeDecoder, RangeEncoder } from '../../../src/lib/codec/range-coder.js';
import { DynamicDeepError } from '../../../src/lib/errors/index.js';

const decision = fc.record({ bit: fc.integer({ min: 0, max: 1 }), one: fc.integer({ min: 1, max: 65_535 }) });

describe('range coder', () => {
  it('returns every binary decision, at any probability', () => {
    fc.assert(
      fc.property(fc.array(decision, { maxLength: 400 }), (decisions) => {
        const encoder = new RangeEncoder();
        for (const { bit, one } of decisions) encoder.code(bit, one);
        const decoder = new RangeDecoder(encoder.finish());
        expect(decisions.map(({ one }) => decoder.code(0, one))).toEqual(decisions.map(({ bit }) => bit));
        decoder.finish();
      }),
      { numRuns: 300 },
    );
  });

  it('carries through a run of 255s', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(1, 65_535), { maxLength: 300 }), (ones) => {
        const encoder = new RangeEncoder();
        for (const one of ones) encoder.code(0, one);
        const decoder = new RangeDecoder(encoder.finish());
        for (const one of ones) expect(decoder.code(1, one)).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('ends within two bytes of the ideal length', () => {
    fc.assert(
      fc.property(fc.array(decision, { maxLength: 400 }), (decisions) => {
        const encoder = new RangeEncoder();
        let ideal = 0;
        for (const { bit, one } of decisions) {
          encoder.code(bit, one);
          ideal -= Math.log2((bit === 1 ? one : 65_536 - one) / 65_536);
        }
        expect(encoder.finish().length).toBeLessThanOrEqual(Math.ceil(ideal / 8 + ideal * 1e-6) + 1);
      }),
    );
  });

  it('ends at once where a code is cut short', () => {
    const decoder = new RangeDecoder(new Uint8Array(0));
    expect(() => {
      for (let i = 0; i < 1000; i++) decoder.bits(16);
    }).toThrow(DynamicDeepError);
  });
});

/** Whether an encoder takes what it is given; otherwise it says so. */
function attempt(encode: () => void): boolean {
  try {
    encode();
    return true;
  } catch (error) {
    expect(error).toBeInstanceOf(RangeError);
    return false;
  }
}

describe('Exp-Golomb code', () => {
  it('returns every value up to the longest prefix, and takes no other', () => {
    for (const k of [0, 3, 8, 14]) {
      const largest = (2 ** 25 - 1) * 2 ** k - 1;
      for (const value of [0, 1, 2 ** 24 - 1, largest - 1, largest]) {
        const encoder = new RangeEncoder();
        encodeExpGolomb(encoder, value, k);
        expect(decodeExpGolomb(new RangeDecoder(encoder.finish()), k)).toBe(value);
      }
      for (const value of [-1, largest + 1, 2 ** 31, 2 ** 32, 2 ** 53, Infinity, NaN]) {
        const written = attempt(() => {
          encodeExpGolomb(new RangeEncoder(), value, k);
        });
        expect(written, `${value} of order ${k}`).toBe(value > 0 && value <= largest);
      }
    }
  });
});

describe('frequency table', () => {
  const table = FrequencyTable.fromCounts([0, 5, 1000, 7, 0], -2, 1, 12);

  it('returns every value, inside its range and outside', () => {
    fc.assert(
      fc.property(
        fc.array(fc.oneof(fc.integer({ min: -4, max: 4 }), fc.integer({ min: -70_000, max: 70_000 }))),
        (values) => {
          const encoder = new RangeEncoder();
          for (const value of values) table.encode(encoder, value);
          const decoder = new RangeDecoder(encoder.finish());
          expect(values.map(() => table.decode(decoder))).toEqual(values);
          decoder.finish();
        },
      ),
    );
  });

  it('writes no escape that it would refuse to read', () => {
    const far = fc.oneof(fc.integer({ min: -(2 ** 26), max: 2 ** 26 }), fc.integer());
    fc.assert(
      fc.property(far, (value) => {
        const encoder = new RangeEncoder();
        const written = attempt(() => {
          table.encode(encoder, value);
        });
        expect(written).toBe(Math.abs(value) < 2 ** 24 - 4 || (Math.abs(value) < 2 ** 24 + 4 && written));
        if (written) expect(table.decode(new RangeDecoder(encoder.finish()))).toBe(value);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives every symbol a place and adds up to its total', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 1, maxLength: 500 }),
        fc.integer({ min: 12, max: 16 }),
        (counts, bits) => {
          const { cumulative } = FrequencyTable.fromCounts(counts, 0, 0, bits);
          expect(cumulative.at(-1)).toBe(2 ** bits);
          for (let i = 1; i < cumulative.length; i++) expect(cumulative[i]).toBeGreaterThan(cumulative[i - 1]!);
        },
      ),
    );
  });

  it('refuses counts and frequencies that are no table', () => {
    expect(() => FrequencyTable.fromCounts([-1], 0)).toThrow(/whole counts/);
    expect(() => FrequencyTable.fromCounts([1], 0, 0, 20)).toThrow(/whole counts/);
    expect(() => FrequencyTable.fromSizes([0, 4096], 0, 12)).toThrow(/from 1 on/);
    expect(() => FrequencyTable.fromSizes([1, 4096], 0, 12)).toThrow(/add up/);
  });
});
