import { afterEach, expect, it, vi } from 'vitest';

import { ChunkMaker } from '../../../src/lib/kafka/chunk.js';
import type { KafkaConnection } from '../../../src/lib/kafka/index.js';
import type { PartitionBatch } from '../../../src/lib/kafka/partition-types.js';
import { DEFAULT_LIMITS } from '../../../src/lib/kafka/processor.js';
import { PartitionSession } from '../../../src/lib/kafka/session.js';
import { TransactionalSender } from '../../../src/lib/kafka/transaction.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A session at the beginning of an input of three records, whose task remembers the last two. */
async function open(commit: () => Promise<void>) {
  const sender = { commit, close: () => Promise.resolve() };
  vi.spyOn(TransactionalSender, 'open').mockResolvedValue(sender as unknown as TransactionalSender);
  const admin = {
    fetchOffsets: () => Promise.resolve([]),
    fetchTopicOffsets: () => Promise.resolve([{ partition: 0, low: '0', high: '3' }]),
  };
  const maker = new ChunkMaker(DEFAULT_LIMITS);
  const session = await PartitionSession.open(
    {
      index: 0,
      maker,
      chunkRecords: 10,
      timed: (run) => run(),
      options: {
        connection: { admin } as unknown as KafkaConnection,
        groupId: 'g',
        inputs: ['in'],
        createTask: () => ({ replay: () => undefined, process: () => undefined, lowWater: () => 1 }),
        onFailure: () => undefined,
      },
      control: { seek: vi.fn(), pause: vi.fn(), resume: vi.fn(), fail: vi.fn() },
    },
    new Map(),
  );
  session.start();
  return { session, forgetBefore: vi.spyOn(maker, 'forgetBefore') };
}

const batch: PartitionBatch = {
  topic: 'in',
  fetchedFrom: 0,
  last: 2,
  interrupted: new AbortController().signal,
  records: [0, 1, 2].map((offset) => ({ topic: 'in', partition: 0, offset, timestamp: 0, key: null, value: null })),
  resolve: () => undefined,
  commit: () => Promise.resolve(),
  goOn: () => true,
  expelled: () => false,
  stale: () => false,
};

it('keeps no account of records that no replay will meet, once that is committed', async () => {
  const { session, forgetBefore } = await open(() => Promise.resolve());
  await session.handle(batch);
  expect(forgetBefore.mock.calls).toEqual([[[{ topic: 'in', partition: 0, offset: 3, lowWater: 1 }]]]);
});

it('keeps it where the commit failed', async () => {
  const { session, forgetBefore } = await open(() => Promise.reject(new Error('away')));
  await expect(session.handle(batch)).rejects.toThrow('away');
  expect(forgetBefore).not.toHaveBeenCalled();
});
