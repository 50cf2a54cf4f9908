import { describe, expect, it } from 'vitest';
import { ratesOf } from '../../../../src/lib/tasks/alarms/rates.js';

const beats = (...intervals: number[]): number[] =>
  intervals.reduce((times, interval) => [...times, times.at(-1)! + interval], [0]);
const rates = (intervals: number[], open: number) => {
  const times = beats(...intervals);
  return ratesOf(times, times.at(-1)! + open);
};
const repeat = (interval: number, times: number): number[] => new Array<number>(times).fill(interval);

describe('the slow rate', () => {
  it('is that of the shortest of three intervals, the open one counted where it is the longer', () => {
    expect(rates([1000, 1900, 1900], 1600).slow).toBeCloseTo(60_000 / 1600, 6);
    expect(rates([1000, 1900, 1900], 1400).slow).toBeCloseTo(60_000 / 1400, 6);
    expect(rates([1900, 1900, 1900], 100).slow).toBeCloseTo(60_000 / 1900, 6);
    expect(rates([1900, 1900], 1700).slow).toBeCloseTo(60_000 / 1700, 6);
  });

  it('is not known of one interval', () => {
    expect(rates([1900], 1900).slow).toBeUndefined();
    expect(ratesOf([], 0)).toEqual({ usual: undefined, fast: undefined, slow: undefined });
  });
});

describe('the fast rate', () => {
  it('is that of seven intervals, one of which may be longer', () => {
    expect(rates([...repeat(400, 6), 800], 100).fast).toBeCloseTo(150, 6);
    expect(rates([...repeat(400, 5), 800, 800], 100).fast).toBeCloseTo(75, 6);
    expect(rates(repeat(400, 6), 100).fast).toBeUndefined();
  });

  it('is not known any more after 2 s without a beat', () => {
    expect(rates(repeat(400, 8), 2001).fast).toBeUndefined();
  });
});

describe('the usual rate', () => {
  it('is that of the median of eight intervals, and of four at least', () => {
    expect(rates([...repeat(500, 4), ...repeat(1000, 4)], 100).usual).toBeCloseTo(80, 6);
    expect(rates(repeat(500, 3), 100).usual).toBeUndefined();
  });

  it('falls while a beat is late: one of the silence may have been missed, not two', () => {
    expect(rates(repeat(500, 8), 1900).usual).toBeCloseTo(120, 6);
    expect(rates(repeat(500, 8), 3000).usual).toBeCloseTo(40, 6);
  });
});
