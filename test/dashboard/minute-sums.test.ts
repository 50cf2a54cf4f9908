import { expect, it } from 'vitest';
import { MinuteSums } from '../../src/dashboard/minute-sums.js';

const MINUTE = 60_000;

it('sums by minute, oldest first, and keeps the newest minutes', () => {
  const sums = new MinuteSums(3);
  for (const minute of [5, 2, 3, 4]) sums.of(minute * MINUTE + 7).add({ nativeBytes: 100 * minute, wireBytes: 10 });
  sums.of(5 * MINUTE + 59_999).add({ nativeBytes: 1, segments: 2 });
  expect(sums.list.map(({ at, gains }) => [at / MINUTE, gains.nativeBytes, gains.segments])).toEqual([
    [3, 300, 0],
    [4, 400, 0],
    [5, 501, 2],
  ]);
});

it('sums what began at a time or later', () => {
  const sums = new MinuteSums(60);
  for (let minute = 0; minute < 20; minute++) sums.of(minute * MINUTE).add({ nativeBytes: 50, wireBytes: minute });
  expect(sums.since(15 * MINUTE)).toMatchObject({ nativeBytes: 250, wireBytes: 15 + 16 + 17 + 18 + 19 });
  expect(sums.since(20 * MINUTE).nativeBytes).toBe(0);
});
