import { afterEach, expect, it, vi } from 'vitest';

import { CompactedTable, type KafkaConnection } from '../../../src/lib/kafka/index.js';
import { DEFAULT_LIMITS } from '../../../src/lib/kafka/processor.js';
import { TopicTail } from '../../../src/lib/kafka/tail.js';

afterEach(() => {
  vi.restoreAllMocks();
});

it('gives up catching up well before the watchdog gives up the task that waits for it', async () => {
  const catchUp = vi.fn(() => Promise.resolve());
  vi.spyOn(TopicTail, 'open').mockResolvedValue({ catchUp } as unknown as TopicTail);
  const table = await CompactedTable.open({
    connection: {} as KafkaConnection,
    topic: 'ecg.streams',
    onInvalid: () => undefined,
  });
  await table.ready();
  await table.catchUp();
  await table.catchUp(1000);
  expect(catchUp.mock.calls).toEqual([[60_000], [DEFAULT_LIMITS.hangMs / 2], [1000]]);
});
