import { describe, expect, it } from 'vitest';
import { isWithin, RhythmReference, rhythmLimits } from '../../../src/lib/prediction/rhythm-limit.js';

const spent = { added: 0, inDoubt: 0 };
const of = { bound: 0.1, tau: 1, windows: 3, spent };
const overSpent = (added: number, inDoubt = 0) => rhythmLimits({ ...of, spent: { added, inDoubt } });

describe('the limit on the rhythm', () => {
  it('keeps a part of a tight bound until the record is whole, and never exceeds the bound', () => {
    const limits = [1, 2, 3, 4, 5, 6].map((windows) => rhythmLimits({ ...of, windows }).added);
    expect(Math.max(...limits)).toBeLessThanOrEqual(0.1);
    expect(limits[1]).toBeLessThanOrEqual(0.05);
    expect(limits[2]).toBeLessThan(0.05);
    expect(limits[4]).toBeGreaterThan(limits[3]!);
    expect(limits[5]).toBe(limits[4]);
  });

  it('keeps of a wide bound no more than windows to come seldom change', () => {
    expect(rhythmLimits({ ...of, bound: 0.75 }).added).toBeCloseTo(0.65, 10);
    expect(rhythmLimits({ ...of, bound: 0.75 }).inDoubt).toBeCloseTo(0.65, 10);
  });

  it('gives a little room over what is spent already, but none beyond the bound', () => {
    const fresh = rhythmLimits(of).added;
    expect(overSpent(0.05).added).toBeGreaterThan(0.05);
    expect(overSpent(0.05).added).toBeGreaterThan(fresh);
    expect(overSpent(0.5).added).toBe(0.1);
    expect(overSpent(Number.NaN).added).toBeNaN();
  });

  it('shrinks as a whole with tau', () => {
    for (const added of [0, 0.05, 0.2]) {
      const [whole, half] = [1, 0.5].map((tau) => rhythmLimits({ ...of, tau, spent: { added, inDoubt: added } }));
      expect(half!.added).toBeCloseTo(whole!.added / 2, 12);
    }
    expect(rhythmLimits({ ...of, tau: 0 })).toEqual({ added: 0, inDoubt: 0 });
  });
});

describe('the limit on the error in doubt', () => {
  it('is tight beside a tight bound, and shrinks with tau', () => {
    const [whole, half] = [1, 0.5].map((tau) => rhythmLimits({ ...of, tau }).inDoubt);
    expect(whole).toBeLessThan(0.01);
    expect(half).toBeCloseTo(whole! / 2, 12);
  });

  it('gives less room over what is spent than the plain error, at every tau, and ends sooner', () => {
    for (const tau of [1, 0.5]) {
      const limitOver = (inDoubt: number) => rhythmLimits({ ...of, tau, spent: { added: 0, inDoubt } }).inDoubt;
      const most = 0.05 * 0.1 * tau;
      expect(limitOver(most)).toBeGreaterThan(most);
      expect(limitOver(most)).toBeLessThan(1.3 * most);
      expect(limitOver(1)).toBeLessThan(3 * most);
    }
    expect(overSpent(0, Number.NaN).inDoubt).toBeNaN();
  });
});

describe('errors of the rhythm', () => {
  const sure = Float32Array.of(0.9997, 0.0001, 0.0001, 0.0001);
  const less = Float32Array.of(0.99, 0.0098, 0.0001, 0.0001);

  it('are both 0 where nothing changes, and larger in doubt where a clear decision moves far', () => {
    const reference = new RhythmReference(sure, 1);
    expect(reference.errorsOf(sure)).toEqual({ added: 0, inDoubt: 0 });
    const { added, inDoubt } = reference.errorsOf(less);
    expect(inDoubt).toBeGreaterThan(added);
    expect(new RhythmReference(sure, 5).errorsOf(less)).toEqual({ added, inDoubt: 0 });
  });

  it('are within no limit where they are no number', () => {
    const limits = { added: Infinity, inDoubt: Infinity };
    expect(isWithin({ added: 1, inDoubt: 1 }, limits)).toBe(true);
    expect(isWithin({ added: Number.NaN, inDoubt: 0 }, limits)).toBe(false);
    expect(isWithin({ added: 0, inDoubt: Number.NaN }, limits)).toBe(false);
  });
});
