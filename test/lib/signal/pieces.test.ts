import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { modelIndex, nativeIndex, WINDOW } from '../../../src/lib/signal/grid.js';
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import type { CutPiece } from '../../../src/lib/signal/pieces.js';
import { MISSING } from '../../../src/lib/signal/types.js';
import { beats } from '../codec/signals.js';

const RATES = [250, 300, 360, 500] as const;

const cut = (samples: Int32Array, rate: number): CutPiece[] => [...cutPieces(samples, { rate, gain: 200 })];

/** Samples whose value is their index, with holes. */
function withHoles(length: number, holes: readonly { from: number; length: number }[]): Int32Array {
  const samples = Int32Array.from({ length }, (_, i) => i);
  for (const hole of holes) samples.fill(MISSING, hole.from, hole.from + hole.length);
  return samples;
}

const epoch = fc
  .record({ rate: fc.constantFrom(...RATES), seconds: fc.double({ min: 0, max: 22, noNaN: true }) })
  .chain(({ rate, seconds }) => {
    const length = Math.floor(seconds * rate);
    const hole = fc.record({
      from: fc.nat(Math.max(0, length - 1)),
      length: fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 * rate })),
    });
    return fc.array(hole, { maxLength: 5 }).map((holes) => ({ rate, samples: withHoles(length, holes) }));
  });

describe('pieces', () => {
  it('own every sample that exists once, in order, and none that is missing', () => {
    fc.assert(
      fc.property(epoch, ({ rate, samples }) => {
        const owned = cut(samples, rate).flatMap(({ firstIndex, count }) =>
          Array.from(samples.subarray(firstIndex, firstIndex + count)),
        );
        expect(owned).toEqual(Array.from(samples).filter((v) => v !== MISSING));
      }),
      { numRuns: 60 },
    );
  });

  it('never overlap at the model rate nor cross a border of a window', () => {
    fc.assert(
      fc.property(epoch, ({ rate, samples }) => {
        let end = 0;
        for (const { start, length, firstIndex, count, whole } of cut(samples, rate)) {
          expect(start).toBeGreaterThanOrEqual(end);
          end = start + length;
          const window = Math.floor(start / WINDOW);
          if (length > 0) expect(Math.floor((end - 1) / WINDOW)).toBe(window);
          // Every model sample of the piece lies inside the native samples it owns.
          if (length > 0) {
            expect(nativeIndex(start, rate)).toBeGreaterThanOrEqual(firstIndex);
            expect((end - 1) * rate).toBeLessThan((firstIndex + count) * 300);
          }
          expect(whole).toBe(length === WINDOW && nativeIndex(end, rate) === firstIndex + count);
        }
      }),
      { numRuns: 100 },
    );
  });

  it.each(RATES)('follow each other without a hole where the signal at %i Hz has none', (rate) => {
    const length = 3 * 6 * rate;
    const pieces = cut(Int32Array.from(beats(length, rate)), rate);
    expect(pieces.map(({ whole }) => whole)).toEqual([true, true, true, false]);
    let next = 0;
    for (const { start, length: own } of pieces) {
      expect(start).toBe(next);
      next = start + own;
    }
    expect(next).toBe(modelIndex(length, rate));
  });

  it('are none of an epoch without samples', () => {
    expect(cut(new Int32Array(0), 300)).toEqual([]);
    expect(cut(withHoles(3000, [{ from: 0, length: 3000 }]), 300)).toEqual([]);
  });
});
