import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { EpochBudget } from '../../../src/edge-producer/live/epoch-budget.js';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** Epochs that may begin at once. */
function atOnce(budget: EpochBudget): number {
  let epochs = 0;
  while (budget.take()) epochs++;
  return epochs;
}

it('gives five epochs in a row and one each 5 s, and saves up no more than five', () => {
  const budget = new EpochBudget();
  expect([budget.hasOne, atOnce(budget), budget.hasOne]).toEqual([true, 5, false]);
  vi.advanceTimersByTime(4_999);
  expect(atOnce(budget)).toBe(0);
  vi.advanceTimersByTime(1);
  expect(atOnce(budget)).toBe(1);
  vi.advanceTimersByTime(3_600_000);
  expect(atOnce(budget)).toBe(5);
});
