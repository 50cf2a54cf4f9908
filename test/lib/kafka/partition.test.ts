import { setTimeout as sleep } from 'node:timers/promises';

import { afterEach, describe, expect, it, vi } from 'vitest';

import { Partition } from '../../../src/lib/kafka/partition.js';
import { DEFAULT_LIMITS, type ExactlyOnceOptions } from '../../../src/lib/kafka/processor.js';
import { PartitionSession } from '../../../src/lib/kafka/session.js';
import { deferred, until } from './waiting.js';

/** Partition 0 whose sessions do what `over` says, and take 20 ms to open, unless `opening` says otherwise. */
function partitionOf(over: Partial<Record<'tick' | 'stillOurs', () => Promise<unknown>>> = {}) {
  const events: string[] = [];
  let opened = 0;
  let opening = (): Promise<unknown> => sleep(20);
  vi.spyOn(PartitionSession, 'open').mockImplementation(async () => {
    const name = ++opened;
    events.push(`opening ${name}`);
    await opening();
    events.push(`open ${name}`);
    const close = (): Promise<void> => Promise.resolve(events.push(`closed ${name}`)).then(() => undefined);
    const plain = { live: true, commits: new Map(), start: () => undefined, tick: () => Promise.resolve(), close };
    return { ...plain, stillOurs: () => Promise.resolve(true), ...over } as unknown as PartitionSession;
  });
  const failures: string[] = [];
  const control = {
    seek: () => undefined,
    pause: () => undefined,
    resume: () => undefined,
    fail: ({ message }: Error) => failures.push(message),
  };
  const options = { inputs: ['in'] } as unknown as ExactlyOnceOptions;
  const partition = new Partition(0, options, { ...DEFAULT_LIMITS, attempts: 2 }, control);
  const openBy = (own: () => Promise<unknown>): void => {
    opening = own;
  };
  return { partition, events, failures, openBy };
}

describe('a partition', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('opens one session after the other, also where a commit fails while an assignment waits for it', async () => {
    const commit = deferred();
    const { partition, events, failures } = partitionOf({ tick: () => commit.promise });
    partition.assigned();
    await until(() => partition.live);
    const ticked = partition.tick(0);
    await sleep(5);
    partition.assigned();
    commit.reject(new Error('the leader has moved'));
    await ticked;
    expect(partition.live).toBe(false);
    await until(() => partition.live);
    // As long as a second opening would have paused, and taken.
    await sleep(200);
    expect(events).toEqual(['opening 1', 'open 1', 'closed 1', 'opening 2', 'open 2']);
    await partition.close();
    expect(events.slice(5)).toEqual(['closed 2']);
    expect(failures).toEqual([]);
  });

  it('is not opened once it was revoked, though it was asked whose it is before', async () => {
    const answer = deferred<boolean>();
    const { partition, events } = partitionOf({ stillOurs: () => answer.promise });
    partition.assigned();
    await until(() => partition.live);
    partition.assigned();
    await sleep(5);
    const closed = partition.close();
    answer.resolve(false);
    await closed;
    expect(events).toEqual(['opening 1', 'open 1', 'closed 1']);
    expect(partition.live).toBe(false);
  });

  it('does not end the process where its last try to open fails after it was revoked', async () => {
    const { partition, events, failures, openBy } = partitionOf();
    const first = deferred();
    const second = deferred();
    openBy(() => first.promise);
    partition.assigned();
    await until(() => events.includes('opening 1'));
    openBy(() => second.promise);
    first.reject(new Error('no coordinator'));
    await until(() => events.includes('opening 2'));
    const closed = partition.close();
    second.reject(new Error('no coordinator'));
    await closed;
    expect(failures).toEqual([]);
    expect(events).toEqual(['opening 1', 'opening 2']);
  });

  it('ends the process where its last try to open fails', async () => {
    const { partition, failures, openBy } = partitionOf();
    openBy(() => Promise.reject(new Error('no coordinator')));
    partition.assigned();
    await until(() => failures.length > 0);
    expect(failures).toEqual(['Partition 0 cannot be opened, 2 tries: no coordinator']);
    await partition.close();
  });
});
