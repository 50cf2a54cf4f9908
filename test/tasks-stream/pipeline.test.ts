import { afterEach, expect, it, vi } from 'vitest';

import { runExactlyOnce, TopicTail, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { DEFAULT_LIMITS } from '../../src/lib/kafka/processor.js';
import { startPipeline, type TasksPipelineOptions } from '../../src/tasks-stream/pipeline.js';

vi.mock('../../src/lib/kafka/index.js', async (load) => ({ ...(await load<object>()), runExactlyOnce: vi.fn() }));

afterEach(() => {
  vi.restoreAllMocks();
});

it('gives up reading ecg.alarm-state well before the watchdog gives up the opening', async () => {
  const limits: (number | undefined)[] = [];
  let isClosed = false;
  vi.spyOn(TopicTail, 'open').mockResolvedValue({
    catchUp: (limitMs?: number) => {
      limits.push(limitMs);
      return Promise.reject(new Error('not read to its end'));
    },
    close: () => Promise.resolve(void (isClosed = true)),
  } as unknown as TopicTail);
  const metrics = { countRebalance: vi.fn(), setLag: vi.fn(), countLost: vi.fn(), countHandlerFailed: vi.fn() };
  await startPipeline({ connection: {} as KafkaConnection, metrics } as unknown as TasksPipelineOptions);
  const { createTask } = vi.mocked(runExactlyOnce).mock.lastCall![0];
  await expect(createTask({ index: 2 })).rejects.toThrow('not read to its end');
  expect([limits, isClosed]).toEqual([[DEFAULT_LIMITS.hangMs / 2], true]);
});
