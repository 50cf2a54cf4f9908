import { describe, expect, it, vi } from 'vitest';

import { Attempts, backoffMs, tryUntilGivenUp } from '../../../src/lib/kafka/attempts.js';

const never = new AbortController().signal;

describe('attempts', () => {
  it('are given up after so many, but while brokers are to blame not within two minutes', () => {
    const now = vi.spyOn(performance, 'now').mockReturnValue(0);
    const [ours, theirs] = [new Attempts(2), new Attempts(2)];
    const away = Object.assign(new Error('away'), { retriable: true });
    expect([ours.countFailure(new Error('a bug')), theirs.countFailure(away)]).toEqual(['retry', 'retry']);
    expect([ours.countFailure(new Error('a bug')), theirs.countFailure(away)]).toEqual(['giveUp', 'retry']);
    now.mockReturnValue(120_000);
    expect(theirs.countFailure(away)).toBe('giveUp');
    expect(theirs.count).toBe(3);
    now.mockRestore();
  });

  it('come after pauses that double up to 5 s', () => {
    expect([1, 2, 3, 6, 7, 1000].map(backoffMs)).toEqual([100, 200, 400, 3200, 5000, 5000]);
  });

  it('end with the first success, or are given up with the last error', async () => {
    const told: unknown[] = [];
    const tools = {
      most: 2,
      pauseMs: 0,
      end: never,
      onRetry: (error: unknown) => told.push(error),
      onGiveUp: (error: unknown, tries: number) => told.push([error, tries]),
    };
    const error = new Error('not now');
    let tries = 0;
    await tryUntilGivenUp(() => (++tries === 2 ? Promise.resolve() : Promise.reject(error)), tools);
    expect([tries, told]).toEqual([2, [error]]);
    told.length = 0;
    await tryUntilGivenUp(() => Promise.reject(error), tools);
    expect(told).toEqual([error, error, [error, 2]]);
  });

  it('are over, without a word, once they need not succeed', async () => {
    const end = new AbortController();
    const told = vi.fn();
    let tries = 0;
    const attempt = (): Promise<void> => {
      tries++;
      end.abort();
      return Promise.reject(new Error('too late'));
    };
    const tools = { most: 1, pauseMs: 0, end: end.signal, onRetry: told, onGiveUp: told };
    await tryUntilGivenUp(attempt, tools);
    // Nor is the first pause waited for.
    await tryUntilGivenUp(attempt, { ...tools, pauseMs: 600_000 });
    expect([tries, told.mock.calls]).toEqual([1, []]);
  });
});
