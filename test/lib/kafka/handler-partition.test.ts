import { setTimeout as sleep } from 'node:timers/promises';

import { describe, expect, it } from 'vitest';

import type { KafkaConnection, RecordContext } from '../../../src/lib/kafka/index.js';
import { HandlerPartition } from '../../../src/lib/kafka/handler-partition.js';
import type { PartitionBatch } from '../../../src/lib/kafka/partition-types.js';
import { GROUP_LIMITS } from '../../../src/lib/kafka/processor.js';
import { deferred, until } from './waiting.js';

const RECORDS = 4;

/** Partition 0 of a topic with four records, of which `committed` are committed. */
function partitionOf(
  over: { committed?: number; handler?: (offset: number, context: RecordContext) => Promise<void> } = {},
) {
  let committed = over.committed ?? 0;
  /** What the broker answers to the question what is committed. */
  let answer = (): Promise<number> => Promise.resolve(committed);
  /** Holds back the confirmations of commits. */
  let confirmed: Promise<unknown> = Promise.resolve();
  const handled: number[] = [];
  const failures: string[] = [];
  const opened: number[] = [];
  const admin = {
    fetchOffsets: async () => [
      { topic: 'in', partitions: [{ partition: 0, offset: String(await answer()), metadata: null }] },
    ],
    fetchTopicOffsets: () => {
      opened.push(committed);
      return Promise.resolve([{ partition: 0, low: '0', high: String(RECORDS) }]);
    },
  };
  const control = {
    seek: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    fail: ({ message }: Error) => failures.push(message),
  };
  const options = {
    connection: { admin } as unknown as KafkaConnection,
    groupId: 'g',
    input: 'in',
    handler: async ({ offset }: { offset: number }, context: RecordContext) => {
      await over.handler?.(offset, context);
      if (!context.revoked.aborted) handled.push(offset);
    },
    onFailure: () => undefined,
  };
  const partition = new HandlerPartition(0, options, { ...GROUP_LIMITS, attempts: 2 }, control);
  /** As kafkajs hands over what it has fetched from `from` on. */
  const batch = (from: number): PartitionBatch => ({
    topic: 'in',
    fetchedFrom: from,
    last: RECORDS - 1,
    interrupted: new AbortController().signal,
    records: Array.from({ length: RECORDS - from }, (_, at) => ({
      topic: 'in',
      partition: 0,
      offset: from + at,
      timestamp: 0,
      key: null,
      value: null,
    })),
    resolve: () => undefined,
    commit: async (next) => {
      committed = next;
      await confirmed;
    },
    goOn: () => true,
    expelled: () => false,
    stale: () => false,
  });
  return {
    partition,
    batch,
    handled,
    failures,
    opened,
    answerBy: (own: () => Promise<number>): void => void (answer = own),
    confirmBy: (own: Promise<unknown>): void => void (confirmed = own),
  };
}

/** Sees that the partition goes on as it was: nothing revoked, each record once, and not opened again. */
async function expectUndisturbed({
  partition,
  handled,
  opened,
  failures,
}: ReturnType<typeof partitionOf>): Promise<void> {
  await until(() => handled.length === RECORDS);
  await sleep(20);
  expect([handled, opened, failures]).toEqual([[0, 1, 2, 3], [0], []]);
  await partition.close();
}

describe('a partition that a handler takes', () => {
  it('stays open over a rebalance where a commit is confirmed while the broker is asked', async () => {
    const first = deferred();
    const third = deferred();
    const waits = [first.promise, undefined, third.promise];
    const own = partitionOf({ handler: async (offset) => waits[offset] });
    own.partition.assigned();
    await until(() => own.partition.live);
    await own.partition.onBatch(own.batch(0));
    const answer = deferred<number>();
    own.answerBy(() => answer.promise);
    own.partition.assigned();
    await sleep(5);
    first.resolve(undefined);
    await until(() => own.handled.length === 2);
    // The broker has answered between the two commits.
    answer.resolve(1);
    await sleep(5);
    third.resolve(undefined);
    await expectUndisturbed(own);
  });

  it('stays open where the broker tells a commit that it has not confirmed yet', async () => {
    const own = partitionOf();
    own.partition.assigned();
    await until(() => own.partition.live);
    const confirmed = deferred();
    own.confirmBy(confirmed.promise);
    await own.partition.onBatch(own.batch(0));
    await until(() => own.handled.length === 1);
    own.partition.assigned();
    await sleep(5);
    confirmed.resolve(undefined);
    await expectUndisturbed(own);
  });

  it('is opened anew where somebody else has committed more', async () => {
    const own = partitionOf({ handler: async (_, { revoked }) => sleep(600_000, undefined, { signal: revoked }) });
    own.partition.assigned();
    await until(() => own.partition.live);
    await own.partition.onBatch(own.batch(0));
    own.answerBy(() => Promise.resolve(3));
    own.partition.assigned();
    await until(() => own.opened.length === 2 && own.partition.live);
    expect([own.handled, own.failures]).toEqual([[], []]);
    await own.partition.close();
  });

  it('is opened once where its work fails while the broker is asked', async () => {
    const fails = deferred();
    const own = partitionOf({ handler: () => fails.promise });
    own.partition.assigned();
    await until(() => own.partition.live);
    await own.partition.onBatch(own.batch(0));
    const answer = deferred<number>();
    own.answerBy(() => answer.promise);
    own.partition.assigned();
    await sleep(5);
    fails.reject(new Error('not now'));
    await until(() => !own.partition.live);
    answer.resolve(3);
    await until(() => own.partition.live);
    // As long as a second opening would have paused.
    await sleep(200);
    expect(own.opened).toHaveLength(2);
    await own.partition.close();
  });

  it('does not end the process where its last try to open fails after it was revoked', async () => {
    const own = partitionOf();
    const last = deferred<number>();
    let asked = 0;
    own.answerBy(() => (++asked === 1 ? Promise.reject(new Error('no coordinator')) : last.promise));
    own.partition.assigned();
    await until(() => asked === 2);
    const closed = own.partition.close();
    last.reject(new Error('no coordinator'));
    await closed;
    expect(own.failures).toEqual([]);
  });

  it('ends the process where its last try to open fails', async () => {
    const own = partitionOf();
    own.answerBy(() => Promise.reject(new Error('no coordinator')));
    own.partition.assigned();
    await until(() => own.failures.length > 0);
    expect(own.failures).toEqual(['Partition 0 cannot be opened, 2 tries: no coordinator']);
    await own.partition.close();
  });
});
