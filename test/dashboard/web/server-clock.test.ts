import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ServerClock } from '../../../src/dashboard/web/server-clock.js';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

it('is not set back by a message that comes late', () => {
  const clock = new ServerClock();
  expect(clock.now()).toBe(1_000_000);
  clock.hear(1_000_500);
  vi.advanceTimersByTime(10_000);
  clock.hear(1_003_500);
  expect(clock.now()).toBe(1_010_500);
  clock.hear(1_010_520);
  expect(clock.now()).toBe(1_010_520);
});

it('follows clocks that drift, after a minute, and another server at once', () => {
  const clock = new ServerClock();
  clock.hear(1_000_500);
  for (let s = 1; s <= 60; s++) {
    vi.advanceTimersByTime(1_000);
    clock.hear(Date.now() + 400);
  }
  expect(clock.now() - Date.now()).toBe(500);
  vi.advanceTimersByTime(1_000);
  clock.hear(Date.now() + 400);
  expect(clock.now() - Date.now()).toBe(400);
  clock.forget();
  clock.hear(Date.now() - 7_000);
  expect(clock.now() - Date.now()).toBe(-7_000);
});
