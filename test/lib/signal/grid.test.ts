import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_RATE, modelIndex, nativeIndex, RECORD, STEP, WINDOW } from '../../../src/lib/signal/grid.js';

const rate = fc.integer({ min: 50, max: 2000 });
/** A month of samples at 300 Hz. */
const index = fc.integer({ min: 0, max: 800_000_000 });

const ceilDiv = (a: bigint, b: bigint): number => Number((a + b - 1n) / b);

describe('the grid', () => {
  it('is windows of 7 steps and records of 5 windows', () => {
    expect([WINDOW / STEP, RECORD / WINDOW, RECORD / STEP]).toEqual([7, 5, 35]);
    expect(RECORD / MODEL_RATE).toBeCloseTo(29.87, 2);
  });

  it('converts indices exactly, also after a month', () => {
    fc.assert(
      fc.property(index, rate, (i, f) => {
        expect(nativeIndex(i, f)).toBe(ceilDiv(BigInt(i) * BigInt(f), 300n));
        expect(modelIndex(i, f)).toBe(ceilDiv(BigInt(i) * 300n, BigInt(f)));
      }),
    );
  });

  it('gives every native sample to one window', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 400_000 }), rate, (window, f) => {
        const from = nativeIndex(window * WINDOW, f);
        const to = nativeIndex((window + 1) * WINDOW, f);
        expect(modelIndex(from, f)).toBeGreaterThanOrEqual(window * WINDOW);
        expect((to - 1) * MODEL_RATE).toBeLessThan((window + 1) * WINDOW * f);
        expect(from * MODEL_RATE).toBeGreaterThanOrEqual(window * WINDOW * f);
      }),
    );
  });

  it('leaves indices alone at the model rate', () => {
    fc.assert(
      fc.property(index, (i) => {
        expect([nativeIndex(i, 300), modelIndex(i, 300)]).toEqual([i, i]);
      }),
    );
  });
});
