import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { decoderMetrics } from '../../../src/decoder-stream/metrics.js';
import type { KafkaConnection } from '../../../src/lib/kafka/index.js';
import { watchLag } from '../../../src/lib/kafka/lag.js';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

it('says when the broker last told the lag, however many looks fail afterwards', async () => {
  let isAway = false;
  const admin = {
    fetchOffsets: () =>
      isAway
        ? Promise.reject(new Error('the broker is away'))
        : Promise.resolve([{ topic: 'ecg.segments', partitions: [{ partition: 0, offset: '7' }] }]),
    fetchTopicOffsets: () => Promise.resolve([{ partition: 0, low: '0', high: '10' }]),
  };
  const metrics = decoderMetrics([], 'test');
  const stop = watchLag({
    connection: { admin, logger: pino({ level: 'silent' }) } as unknown as KafkaConnection,
    groupId: 'decoder-stream',
    topics: ['ecg.segments'],
    assigned: () => [0],
    report: metrics.setLag,
  });
  await vi.advanceTimersByTimeAsync(5_000);
  isAway = true;
  await vi.advanceTimersByTimeAsync(60_000);
  stop();
  const text = await metrics.registry.metrics();
  expect(text).toContain('dynamic_deep_consumer_lag{topic="segments"} 3\n');
  expect(text).toContain('dynamic_deep_consumer_lag_timestamp_seconds{topic="segments"} 1005\n');
  expect(text).toContain('dynamic_deep_consumer_lag_timestamp_seconds{topic="audits"} 0\n');
});
