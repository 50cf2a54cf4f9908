import { describe, expect, it } from 'vitest';
import { intervalsOf, ratesOf } from '../../../../src/lib/tasks/alarms/rates.js';

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
    expect(ratesOf([], 0)).toEqual({ atLeast: undefined, atMost: undefined, fast: undefined, slow: undefined });
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
    expect(rates([...repeat(500, 4), ...repeat(1000, 4)], 100).atLeast).toBeCloseTo(80, 6);
    expect(rates(repeat(500, 3), 100).atLeast).toBeUndefined();
  });

  it('falls while a beat is late: one of the silence may have been missed, not two', () => {
    expect(rates(repeat(500, 8), 1900).atLeast).toBeCloseTo(120, 6);
    expect(rates(repeat(500, 8), 3000).atLeast).toBeCloseTo(40, 6);
  });
});

describe('behind a hole', () => {
  /** Beats every `ms` in stretches of so many, with one hidden in the hole between two of them. */
  const stretches = (ms: number, count: number, hidden: number, times: number) => {
    const lists = Array.from({ length: times }, (_, i) => {
      const first = i * (count - 1 + hidden) * ms;
      return Array.from({ length: count }, (_beat, j) => first + j * ms);
    });
    const last = lists.at(-1)!.at(-1)!;
    const intervals = lists.flatMap((list, i) => intervalsOf(list, lists[i - 1]?.at(-1) ?? null));
    return { intervals, last, end: last + ms / 2 };
  };

  it('an interval across it counts for a rate that the heart has at least, and not for one that it has at most', () => {
    const before = stretches(400, 5, 2, 4);
    // Eight of the newest: six of 400 ms, two across a hole of 800.
    const { end } = before;
    expect(ratesOf([], end, before)).toMatchObject({ atLeast: 150, atMost: 150, fast: 150, slow: 150 });
    const slow = stretches(1600, 3, 2, 4);
    expect(ratesOf([], slow.end, slow)).toMatchObject({ atMost: 37.5, slow: 37.5 });
    const rare = stretches(400, 2, 2, 5);
    expect(ratesOf([], rare.end, rare)).toMatchObject({ atLeast: undefined, fast: undefined });
  });

  it('of two beats in turns, one of which is always hidden, no fast rate is told', () => {
    const before = stretches(400, 3, 2, 4);
    expect(ratesOf([], before.end, before)).toMatchObject({ fast: 75 });
  });

  it('the time since it ended is open', () => {
    const before = stretches(400, 5, 1, 4);
    expect(ratesOf([], before.end + 100, before)).toMatchObject({ fast: 150 });
    expect(ratesOf([], before.end + 2500, before)).toMatchObject({ fast: undefined });
    const next = before.last + 400;
    expect(ratesOf([next], next + 200, before)).toMatchObject({ atLeast: 150, atMost: 150, fast: 150 });
  });

  it('those of behind it alone count where those of before do not', () => {
    const before = { ...stretches(400, 8, 1, 1), end: 20_000 };
    const own = beats(...repeat(1000, 4)).map((beat) => before.end + beat);
    expect(ratesOf(own, own.at(-1)! + 100, before)).toEqual({ atLeast: 60, atMost: 60, fast: undefined, slow: 60 });
    expect(ratesOf(own.slice(0, 2), own[1]! + 100, before)).toMatchObject({ atMost: undefined, slow: undefined });
  });
});
