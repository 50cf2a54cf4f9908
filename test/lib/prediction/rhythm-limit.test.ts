import { describe, expect, it } from 'vitest';
import { doubtLimit, rhythmLimit } from '../../../src/lib/prediction/rhythm-limit.js';

const of = { bound: 0.1, tau: 1, windows: 3, spent: 0 };

describe('the limit on the rhythm', () => {
  it('keeps a part of a tight bound until the record is whole, and never exceeds the bound', () => {
    const limits = [1, 2, 3, 4, 5, 6].map((windows) => rhythmLimit({ ...of, windows }));
    expect(Math.max(...limits)).toBeLessThanOrEqual(0.1);
    expect(limits[1]).toBeLessThanOrEqual(0.05);
    expect(limits[2]).toBeLessThan(0.05);
    expect(limits[4]).toBeGreaterThan(limits[3]!);
    expect(limits[5]).toBe(limits[4]);
  });

  it('keeps of a wide bound no more than windows to come seldom change', () => {
    expect(rhythmLimit({ ...of, bound: 0.75 })).toBeCloseTo(0.65, 10);
  });

  it('gives a little room over what is spent already, but none beyond the bound', () => {
    const fresh = rhythmLimit(of);
    expect(rhythmLimit({ ...of, spent: 0.05 })).toBeGreaterThan(0.05);
    expect(rhythmLimit({ ...of, spent: 0.05 })).toBeGreaterThan(fresh);
    expect(rhythmLimit({ ...of, spent: 0.5 })).toBe(0.1);
    expect(rhythmLimit({ ...of, spent: Number.NaN })).toBeNaN();
  });

  it('shrinks as a whole with tau', () => {
    for (const spent of [0, 0.05, 0.2]) {
      expect(rhythmLimit({ ...of, spent, tau: 0.5 })).toBeCloseTo(rhythmLimit({ ...of, spent }) / 2, 12);
    }
    expect(rhythmLimit({ ...of, tau: 0 })).toBe(0);
  });
});

describe('the limit on the error in doubt', () => {
  it('is tight beside a tight bound, wide beside a wide one, and ends with the record', () => {
    const limits = [1, 4, 5, 6].map((windows) => doubtLimit({ bound: 0.1, tau: 1, windows }));
    expect(limits[0]).toBeLessThan(0.01);
    expect(limits[1]).toBe(limits[0]);
    expect(limits.slice(2)).toEqual([Infinity, Infinity]);
    expect(doubtLimit({ bound: 0.75, tau: 1, windows: 1 })).toBeCloseTo(0.65, 10);
    expect(doubtLimit({ bound: 0.1, tau: 0.5, windows: 1 })).toBeCloseTo(limits[0]! / 2, 12);
  });
});
