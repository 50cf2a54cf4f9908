import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { followAuditResults } from '../../../src/lib/audit-results/follow.js';
import { TopicTail, type InputRecord, type KafkaConnection } from '../../../src/lib/kafka/index.js';
import { encode } from '../../../src/lib/wire/index.js';
import { auditResultOf } from '../../tasks-stream/audit-results.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 4, 10, 12, 34);

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['Date', 'setInterval'] });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('takes of the past week what a figure needs, in the order of time, and then each record', async () => {
  let hand: (record: InputRecord) => void = () => undefined;
  let endPast: () => void = () => undefined;
  const past = new Promise<void>((resolve) => {
    endPast = resolve;
  });
  vi.spyOn(TopicTail, 'open').mockImplementation(({ onRecord }) => {
    hand = onRecord;
    return Promise.resolve({ catchUp: () => past, close: () => Promise.resolve() } as unknown as TopicTail);
  });
  let offset = 0;
  const give = (evaluatedAt: number, stream: string): void => {
    const value = encode('ecg.audit-results', auditResultOf({ evaluatedAt, stream }));
    hand({ topic: 'ecg.audit-results', partition: 0, offset: offset++, timestamp: evaluatedAt, key: null, value });
  };
  const taken: [number, string][] = [];
  const refreshed = new Promise<void>((resolve) => {
    void followAuditResults({
      ...{ connection: {} as KafkaConnection, logger: { info: () => undefined, error: () => undefined } },
      read: ({ stream, evaluatedAt: at }) => ({ stream, at, alpha: 0.01 }),
      take: ({ at, stream }) => taken.push([at, stream]),
      refresh: resolve,
      onFailure: () => undefined,
    }).then(() => {
      const old = Math.floor(NOW / HOUR - 50) * HOUR;
      for (let i = 0; i < 100; i++) give(old + 30_000 * i, 'b');
      give(NOW - HOUR, 'a');
      give(NOW - HOUR + 1, 'a');
      give(old + 1, 'a');
      endPast();
    });
  });
  await refreshed;
  const old = Math.floor(NOW / HOUR - 50) * HOUR;
  expect(taken).toEqual([
    [old, 'b'],
    [old + 1, 'a'],
    [NOW - HOUR, 'a'],
    [NOW - HOUR + 1, 'a'],
  ]);
  give(NOW, 'b');
  give(NOW, 'b');
  expect(taken.slice(4)).toEqual([
    [NOW, 'b'],
    [NOW, 'b'],
  ]);
});
