import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readVarint, readZigzag, writeVarint, writeZigzag } from '../../../src/lib/codec/varint.js';
import { decodesOrRefuses } from './decoder-law.js';

const LARGEST = 2 ** 28 - 1;

describe('varints', () => {
  it('come back, in as few bytes as they need', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LARGEST }), (value) => {
        const out: number[] = [];
        writeVarint(value, out);
        expect(out).toHaveLength(Math.max(1, Math.ceil(Math.log2(value + 1) / 7)));
        expect(readVarint(Uint8Array.from([9, ...out]), 1)).toEqual({ value, next: 1 + out.length });
      }),
    );
  });

  it('keep their sign in zigzag order', () => {
    fc.assert(
      fc.property(fc.integer({ min: -(2 ** 27), max: 2 ** 27 - 1 }), (value) => {
        const out: number[] = [];
        writeZigzag(value, out);
        expect(readZigzag(Uint8Array.from(out), 0)).toEqual({ value, next: out.length });
      }),
    );
    const bytes = [0, -1, 1, -2].map((value) => {
      const out: number[] = [];
      writeZigzag(value, out);
      return out;
    });
    expect(bytes).toEqual([[0], [1], [2], [3]]);
  });

  it('are read from any bytes or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), fc.nat(6), (bytes, from) => {
        decodesOrRefuses(
          () => readVarint(bytes, from),
          ({ value, next }) => {
            expect(value).toBeLessThanOrEqual(LARGEST);
            expect(next).toBeLessThanOrEqual(bytes.length);
          },
        );
      }),
    );
  });

  it.each([-1, LARGEST + 1, 2 ** 53, Infinity, NaN])('are not written of %d, which would not be read', (value) => {
    expect(() => {
      writeVarint(value, []);
    }).toThrow(RangeError);
  });

  it.each([
    ['no byte', []],
    ['an end inside a number', [0x80, 0x80]],
    ['five bytes', [0x80, 0x80, 0x80, 0x80, 1]],
  ])('refuse %s', (_, bytes) => {
    expect(() => readVarint(Uint8Array.from(bytes), 0)).toThrow(expect.objectContaining({ code: 'PAYLOAD_CORRUPT' }));
  });
});
