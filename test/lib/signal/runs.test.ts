import fc from 'fast-check';
import { expect, it } from 'vitest';
import { runs } from '../../../src/lib/signal/runs.js';
import { MISSING } from '../../../src/lib/signal/types.js';

it.each([
  [[], []],
  [[MISSING], []],
  [[5], [{ start: 0, length: 1 }]],
  [
    [MISSING, 1, 2, MISSING, MISSING, 0],
    [
      { start: 1, length: 2 },
      { start: 5, length: 1 },
    ],
  ],
])('%j', (samples, want) => {
  expect(runs(Int32Array.from(samples))).toEqual(want);
});

it('the runs cover every present sample and no missing one', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(0, -1, MISSING)), (list) => {
      const covered = new Set(
        runs(Int32Array.from(list)).flatMap(({ start, length }) =>
          list.slice(start, start + length).map((_, k) => start + k),
        ),
      );
      expect(list.map((_, k) => covered.has(k))).toEqual(list.map((value) => value !== MISSING));
    }),
  );
});
