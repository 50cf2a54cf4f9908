import { expect, it } from 'vitest';
import { Playback } from '../../../src/dashboard/web/wave/playback.js';
import { MS, wave } from './waves.js';

it('plays evenly while windows come late by less than the margin', () => {
  const playback = new Playback();
  const late = [0, 300, 100, 700, 0, 500];
  let n = 0;
  let last: number | undefined;
  for (let now = 0; now < 5 * MS; now += 16) {
    while (n < late.length && now >= n * MS + (late[n] ?? 0)) playback.take(wave(n++), now);
    const at = playback.position(now) ?? NaN;
    if (last !== undefined) expect(Math.abs(at - last - 16)).toBeLessThan(0.6);
    last = at;
  }
});

it('begins with the newest window where several come at once', () => {
  const playback = new Playback();
  for (let n = 0; n < 5; n++) playback.take(wave(n), 1000);
  const at = playback.position(1000) ?? NaN;
  expect(at).toBeGreaterThan(4 * MS - 1000);
  expect(at).toBeLessThanOrEqual(4 * MS);
});

it('waits at the end of what there is, and leaps a hole in one step', () => {
  const playback = new Playback();
  playback.take(wave(0), 0);
  expect(playback.position(30_000)).toBe(MS);
  playback.take(wave(5), 30_000);
  expect(playback.position(30_000)).toBeGreaterThan(4.5 * MS);
});

it('runs at the speed of a replay', () => {
  const playback = new Playback();
  playback.take(wave(0, { clockRate: 4 }), 0);
  const before = playback.position(0) ?? NaN;
  expect((playback.position(100) ?? NaN) - before).toBeCloseTo(400, 6);
});
