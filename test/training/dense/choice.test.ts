import { describe, expect, it } from 'vitest';
import { chooseDenseTau, type ValidationRows } from '../../../src/training/dense/choice.js';
import type { WindowErrors } from '../../../src/training/record-errors.js';

const RECORDS = 200;
const WINDOWS = 5 * RECORDS;

/** A rung of 100 bytes and a finer one of 200; what is predicted is the truth times a factor. */
function rows(error: (record: number) => number, factor: (record: number) => number): ValidationRows {
  const of = (name: string, bytes: number, scale: number) => {
    const errors = Array.from({ length: WINDOWS }, (_, w): WindowErrors => [scale * error(Math.floor(w / 5)), 0]);
    const predicted = errors.map(([rhythm, peaks], w): WindowErrors => [rhythm * factor(Math.floor(w / 5)), peaks]);
    return { name, errors, predicted, bytes: errors.map(() => bytes) };
  };
  return {
    rungs: [of('coarse', 100, 1), of('fine', 200, 0.1)],
    lossless: { name: 'lossless', bytes: new Array<number>(WINDOWS).fill(900) },
  };
}

describe('tau of the dense predictor', () => {
  it('is the largest that keeps the bounds in all but 1% of the records', () => {
    // The truth is told, and errors lie between the bounds: tau 1 is safe, more is not.
    const { tau, trials } = chooseDenseTau(rows((record) => 0.01 + (0.9 * record) / RECORDS, () => 1)); // prettier-ignore
    expect(tau).toBeGreaterThan(0.93);
    expect(tau).toBeLessThan(1.03);
    for (const { violations } of trials) expect(violations).toBeLessThanOrEqual(0.01);
  });

  it('is smaller where too little is predicted, by so much', () => {
    const { tau } = chooseDenseTau(rows((record) => 0.01 + (0.9 * record) / RECORDS, () => 0.25)); // prettier-ignore
    expect(tau).toBeGreaterThan(0.22);
    expect(tau).toBeLessThan(0.26);
  });

  it('is 0, and everything lossless, where predictions say nothing', () => {
    const { tau, trials } = chooseDenseTau(rows(() => 10, () => 1e-9)); // prettier-ignore
    expect(tau).toBe(0);
    for (const { violations, rungs } of trials) expect([violations, rungs['lossless']]).toEqual([0, 1]);
  });

  it('counts bytes and shares of what was chosen', () => {
    const { trials } = chooseDenseTau(rows((record) => (record % 2 === 0 ? 0.01 : 5), () => 1)); // prettier-ignore
    const [loosest] = trials;
    expect(loosest!.rungs).toMatchObject({ coarse: 0.5, fine: 0.5, lossless: 0 });
    expect(loosest!.payloadGainTotal).toBeCloseTo(3584 / 150, 1);
  });
});
