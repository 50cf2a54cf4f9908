import { expect, it } from 'vitest';
import type { BeatsEvent } from '../../../src/dashboard/protocol.js';
import { intervalsOf, rrMinutes } from '../../../src/dashboard/web/views/rr-minutes.js';

const window = (from: number, peaks: number[], epoch = 0): BeatsEvent => ({
  kind: 'beats',
  stream: 'a.1',
  device: 'a',
  epoch,
  from,
  to: from + 1800,
  peaks,
  rateBpm: null,
});

it('claims an interval across windows that follow each other, and none across a hole or another epoch', () => {
  const beats = [window(0, [300, 600]), window(1800, [1900]), window(5400, [5500, 5800]), window(7200, [7300], 1)];
  expect(intervalsOf(beats).map(({ ms }) => Math.round(ms))).toEqual([1000, 4333, 1000]);
  expect(intervalsOf([window(0, [0, 1801])])).toEqual([]);
});

it('claims no interval across a window without a beat', () => {
  expect(intervalsOf([window(0, [1700]), window(1800, []), window(3600, [3700])])).toEqual([]);
});

it('says the shortest, median and longest of each minute, the newest first', () => {
  const at = (second: number, ms: number): { at: number; ms: number } => ({ at: second * 1000, ms });
  expect(rrMinutes([at(1, 900), at(2, 700), at(59.9, 800), at(60, 1000)])).toEqual([
    { at: 60_000, count: 1, shortest: 1000, median: 1000, longest: 1000 },
    { at: 0, count: 3, shortest: 700, median: 800, longest: 900 },
  ]);
  expect(rrMinutes([])).toEqual([]);
});
