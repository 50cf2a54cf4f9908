import { describe, expect, it } from 'vitest';
import type { WindowErrors } from '../../src/training/record-errors.js';
import { chooseTau, type RungRows } from '../../src/training/tau.js';

const RECORDS = 200;
const WINDOWS = 5 * RECORDS;

/** A rung with the same prediction everywhere, whose true rhythm error is as the record's number says. */
function rung(name: string, bytes: number, predicted: number, trueError: (record: number) => number): RungRows {
  const rows = Array.from({ length: WINDOWS }, (_, i) => i);
  return {
    name,
    bytes: rows.map(() => bytes),
    predicted: rows.map((): WindowErrors => [predicted, 0]),
    errors: rows.map((i): WindowErrors => [trueError(Math.floor(i / 5)), 0]),
  };
}

describe('tau', () => {
  it('is 1 where predictions hold, and the fewest bytes go', () => {
    const choice = chooseTau([rung('a', 30, 0.7, () => 0.7), rung('b', 60, 0.1, () => 0.1)], 'lossless');
    expect(choice).toMatchObject({ tau: 1, violations: 0, records: RECORDS, rungs: { lossless: 0, a: 1, b: 0 } });
  });

  it('falls until at most 1% of the records break a bound', () => {
    // 'a' is predicted at 0.6 of the bound of 0.75 and breaks it in every tenth record.
    const a = rung('a', 30, 0.6, (record) => (record % 10 === 0 ? 2 : 0));
    const choice = chooseTau([a, rung('b', 60, 0.1, () => 0.1)], 'lossless');
    expect(choice.tau).toBeLessThan(0.6 / 0.75);
    expect(choice).toMatchObject({ violations: 0, rungs: { lossless: 0, a: 0, b: 1 } });
    // Two records of 200 are 1%: they may.
    expect(chooseTau([rung('a', 30, 0.6, (record) => (record < 2 ? 2 : 0))], 'lossless').tau).toBe(1);
  });

  it('counts an error that is not a number as a violation, and a prediction that is none as a refusal', () => {
    expect(chooseTau([rung('a', 30, 0, () => Number.NaN)], 'lossless')).toMatchObject({
      tau: 0,
      rungs: { lossless: 1 },
    });
    expect(chooseTau([rung('a', 30, Number.NaN, () => 0)], 'lossless').rungs).toEqual({ lossless: 1, a: 0 });
  });

  it('is 0, never lossy, where even the smallest breaks the target', () => {
    const choice = chooseTau([rung('a', 30, 0, () => 3)], 'lossless');
    expect(choice).toMatchObject({ tau: 0, violations: 0, rungs: { lossless: 1, a: 0 } });
  });
});
