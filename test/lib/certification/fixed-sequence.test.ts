import { describe, expect, it } from 'vitest';
import { binomialLowerTail } from '../../../src/lib/certification/binomial.js';
import { fixedSequence, lastRejected, mostViolations } from '../../../src/lib/certification/fixed-sequence.js';

const LEVEL = { n: 900, alpha: 0.01, delta: 0.01 };
const counts = (...ks: number[]) => ks.map((k, i) => ({ tau: (i + 1) / 10, k }));

describe('the fixed sequence', () => {
  it('certifies the last tau before the first that fails, whatever comes behind it', () => {
    const tests = fixedSequence(counts(0, 2, 3, 0), LEVEL);
    expect(tests.map(({ k, rejected }) => [k, rejected])).toEqual([
      [0, true],
      [2, true],
      [3, false],
    ]);
    expect(lastRejected(tests)).toMatchObject({ tau: 0.2, k: 2, p: binomialLowerTail(2, 900, 0.01) });
  });

  it('certifies none where the first fails, and the last where none does', () => {
    expect(lastRejected(fixedSequence(counts(3, 0, 0), LEVEL))).toBeUndefined();
    expect(lastRejected(fixedSequence(counts(0, 0, 0), LEVEL))?.tau).toBe(0.3);
    expect(lastRejected(fixedSequence(counts(0), { ...LEVEL, n: 0 }))).toBeUndefined();
  });

  it('asks for no count behind a failure', () => {
    const asked: number[] = [];
    function* measured() {
      for (const own of counts(0, 9, 0)) {
        asked.push(own.tau);
        yield own;
      }
    }
    fixedSequence(measured(), LEVEL);
    expect(asked).toEqual([0.1, 0.2]);
  });

  it('refuses an order that is not from the most conservative tau on', () => {
    expect(() => fixedSequence([{ tau: 0.5, k: 0 }, { tau: 0.4, k: 0 }], LEVEL)).toThrow(RangeError); // prettier-ignore
    expect(() => fixedSequence([{ tau: Number.NaN, k: 0 }], LEVEL)).toThrow(RangeError);
  });
});

it('the most violations are the last count that rejects', () => {
  expect(mostViolations(LEVEL)).toBe(2);
  expect(mostViolations({ n: 900, alpha: 0.01, delta: 0.05 })).toBe(3);
  // 0.99 ** 298 = 0.05003, 0.99 ** 299 = 0.0495: the records that 0 violations take.
  expect(mostViolations({ n: 298, alpha: 0.01, delta: 0.05 })).toBe(-1);
  expect(mostViolations({ n: 299, alpha: 0.01, delta: 0.05 })).toBe(0);
  expect(mostViolations({ n: 0, alpha: 0.01, delta: 0.05 })).toBe(-1);
});
