import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CandidateSearch } from '../../../src/lib/prediction/candidate-search.js';

/** Asks until the search is over; gives what was asked. */
function run(length: number, firstKept: number, from?: number): number[] {
  const search = new CandidateSearch(
    Array.from({ length }, (_, i) => i),
    from,
  );
  const asked: number[] = [];
  for (let next = search.next; next !== undefined; next = search.next) {
    asked.push(next);
    search.tell(next >= firstKept);
  }
  return asked;
}

describe('the search for a candidate', () => {
  it('finds the first that keeps the bounds, wherever it begins, and asks about none twice', () => {
    const cases = fc.integer({ min: 1, max: 20 }).chain((length) =>
      fc.record({
        length: fc.constant(length),
        firstKept: fc.integer({ min: 0, max: length }),
        from: fc.option(fc.integer({ min: 0, max: length - 1 }), { nil: undefined }),
      }),
    );
    fc.assert(
      fc.property(cases, ({ length, firstKept, from }) => {
        const asked = run(length, firstKept, from);
        const kept = asked.filter((i) => i >= firstKept);
        expect(Math.min(length, ...kept)).toBe(firstKept);
        expect(new Set(asked).size).toBe(asked.length);
        // What lies before the answer was seen to fail.
        if (firstKept > 0) expect(asked).toContain(firstKept - 1);
      }),
    );
  });

  it('asks about two where the last window’s rung is still the right one', () => {
    expect(run(11, 4, 4)).toEqual([4, 3]);
    expect(run(11, 5, 4)).toEqual([4, 5]);
  });

  it('asks about few where everything has changed', () => {
    expect(run(16, 16, 0).length).toBeLessThanOrEqual(7);
    expect(run(16, 0, 15).length).toBeLessThanOrEqual(7);
  });

  it('is over at once without candidates', () => {
    expect(run(0, 0)).toEqual([]);
  });
});
