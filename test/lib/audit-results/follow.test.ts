import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Caution, type AuditedOutcome } from '../../../src/lib/audit/caution.js';
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

/** Hands records to what follows the topic, as a reader of Kafka would. */
function fakeTopic() {
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
  return {
    give: (evaluatedAt: number, stream: string, violated = false): void => {
      const value = encode('ecg.audit-results', auditResultOf({ evaluatedAt, stream, violated }));
      hand({ topic: 'ecg.audit-results', partition: 0, offset: offset++, timestamp: evaluatedAt, key: null, value });
    },
    endPast: () => {
      endPast();
    },
  };
}

/** What every follower here has. */
const common = {
  connection: {} as KafkaConnection,
  logger: { info: () => undefined, error: () => undefined },
  onFailure: () => undefined,
};

it('takes of the past week what a figure needs, in the order of time, and then each record', async () => {
  const { give, endPast } = fakeTopic();
  const taken: [number, string][] = [];
  const refreshed = new Promise<void>((resolve) => {
    void followAuditResults({
      ...common,
      read: ({ stream, evaluatedAt: at }) => ({ stream, at, alpha: 0.01 }),
      take: ({ at, stream }) => taken.push([at, stream]),
      refresh: resolve,
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

it('takes a result that is stamped in the future as evaluated now: rates and caution stay as they are', async () => {
  const { give, endPast } = fakeTopic();
  const caution = new Caution();
  const taken: number[] = [];
  const refreshed = new Promise<void>((resolve) => {
    void followAuditResults<AuditedOutcome>({
      ...common,
      read: ({ stream, evaluatedAt: at, violated }) => ({ stream, at, violated, alpha: 0.01 }),
      take: (one) => {
        taken.push(one.at);
        caution.take(one);
      },
      refresh: resolve,
    }).then(() => {
      // Read before what is older, as the record of another partition may be.
      give(NOW + 48 * HOUR, 'fast');
      for (let i = 0; i < 3000; i++) give(NOW - HOUR + 1000 * i, `${i % 200}`, i % 10 === 0);
      endPast();
    });
  });
  await refreshed;
  expect(taken).toEqual([...taken].sort((a, b) => a - b));
  expect(caution.judge(NOW)).toMatchObject({ isCautious: true, records: 3001, rate: 300 / 3001 });
  give(NOW + 48 * HOUR, 'fast');
  expect(caution.judge(NOW)).toMatchObject({ isCautious: true, records: 3002 });
  // The stream whose clock was wrong goes on where it is.
  vi.setSystemTime(NOW + HOUR);
  const { evidence } = caution.judge(NOW + HOUR);
  give(NOW + HOUR, 'fast', true);
  expect(caution.judge(NOW + HOUR).evidence).toBeGreaterThan(evidence);
});
