import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRung, type Candidate } from '../../../src/lib/codec/choose.js';

const BOUNDS = { rhythm: 0.75, peaks: 0.1 };
const error = fc.oneof(fc.double({ min: 0, max: 2, noNaN: true }), fc.constantFrom(Number.NaN, Infinity, 0.75, 0.1));
const candidate: fc.Arbitrary<Candidate> = fc.record({
  rung: fc.nat(8),
  gain: fc.double({ min: 1, max: 100, noNaN: true }),
  predicted: fc.record({ rhythm: error, peaks: error }),
});

describe('the choice of a rung', () => {
  it('is the largest gain that keeps every bound, or none', () => {
    fc.assert(
      fc.property(fc.array(candidate), fc.constantFrom(1, 0.5, 0), (candidates, tau) => {
        const kept = ({ predicted: { rhythm, peaks } }: Candidate): boolean =>
          rhythm <= tau * 0.75 && peaks <= tau * 0.1;
        const allowed = candidates.filter(kept);
        const best = chooseRung(candidates, BOUNDS, tau);
        if (allowed.length === 0) expect(best).toBeUndefined();
        else {
          expect(allowed).toContain(best);
          expect(best?.gain).toBe(Math.max(...allowed.map(({ gain }) => gain)));
        }
      }),
    );
  });

  it.each([
    ['not a number', Number.NaN],
    ['infinite', Infinity],
  ])('falls to lossless where a prediction is %s', (_, bad) => {
    for (const predicted of [
      { rhythm: bad, peaks: 0 },
      { rhythm: 0, peaks: bad },
    ]) {
      expect(chooseRung([{ rung: 1, gain: 32, predicted }], BOUNDS, 1)).toBeUndefined();
    }
  });

  it('passes over a bad prediction to a good one', () => {
    const good = { rung: 1, gain: 32, predicted: { rhythm: 0.1, peaks: 0.05 } };
    const bad = { rung: 2, gain: 64, predicted: { rhythm: Number.NaN, peaks: 0.05 } };
    expect(chooseRung([bad, good], BOUNDS, 1)).toBe(good);
    expect(chooseRung([good, bad], BOUNDS, 1)).toBe(good);
  });
});
