import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { runAtLeastOnce, type InputRecord, type KafkaConnection, type Processor, type RecordContext } from '../../src/lib/kafka/index.js'; // prettier-ignore
import { connect, createTopic, FAST, produce, unexpected, unique, until } from './kafka-helpers.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

const { sessionTimeoutMs, heartbeatMs, fetchWaitMs } = FAST;
const limits = { sessionTimeoutMs, heartbeatMs, fetchWaitMs };
const numbers = (from: number, to: number, partition: number) =>
  Array.from({ length: to - from }, (_, at) => ({ value: String(from + at), partition }));

type Handler = (record: InputRecord, context: RecordContext) => Promise<void>;

function run(input: string, groupId: string, handler: Handler, hooks = {}): Promise<Processor> {
  return runAtLeastOnce({ connection, groupId, input, handler, onFailure: unexpected, hooks, limits });
}

/** Values that were handled, by partition. */
class Handled {
  readonly values: [string[], string[]] = [[], []];
  readonly take: Handler = (record) => {
    this.values[record.partition as 0 | 1].push(String(record.value));
    return Promise.resolve();
  };
}

const text = (from: number, to: number): string[] => numbers(from, to, 0).map(({ value }) => value);

it('holds up one partition alone, beyond the session, and hands its record to the member that takes it over', async () => {
  const input = await createTopic(connection, 'alo-in', 2);
  const groupId = unique('alo');
  await produce(connection, input, [...numbers(0, 5, 0), ...numbers(0, 5, 1)]);
  const first = new Handled();
  let waits = 0;
  const given: number[] = [];
  const handler: Handler = async (record, context) => {
    if (record.partition === 0 && String(record.value) === '2') {
      waits++;
      await sleep(600_000, undefined, { signal: context.draining });
    }
    await first.take(record, context);
  };
  const member = await run(input, groupId, handler, { onRebalance: (partitions: number) => given.push(partitions) });
  await until('the free partition', () => first.values[1].length === 5);
  await sleep(sessionTimeoutMs + 2000);
  await produce(connection, input, numbers(5, 8, 1));
  await until('the free partition again', () => first.values[1].length === 8);
  // Still a member: the record in hand was handed out once.
  expect([member.ready, member.assigned, waits]).toEqual([true, [0, 1], 1]);
  expect(first.values).toEqual([text(0, 2), text(0, 8)]);

  const second = new Handled();
  const other = await run(input, groupId, second.take);
  await until('one partition each', () => other.assigned.length === 1 && member.assigned.length === 1);
  expect([given[0], given.at(-1)]).toEqual([2, 1]);
  await member.stop();
  await until('all of the held partition', () => second.values[0].length === 3);
  await produce(connection, input, [...numbers(5, 6, 0), ...numbers(8, 9, 1)]);
  await until('what follows', () => second.values[0].length === 4 && second.values[1].length >= 1);
  await other.stop();
  expect(second.values[0]).toEqual(text(2, 6));
  expect(second.values[1].at(-1)).toBe('8');
});

it('tries a record again whose handler threw, in its place', async () => {
  const input = await createTopic(connection, 'alo-throw', 1);
  await produce(connection, input, numbers(0, 4, 0));
  const handled = new Handled();
  const retries: unknown[] = [];
  let throws = 2;
  const member = await run(
    input,
    unique('alo'),
    async (record, context) => {
      if (String(record.value) === '1' && throws-- > 0) throw new Error('not now');
      await handled.take(record, context);
    },
    { onRetry: (event: unknown) => retries.push(event) },
  );
  await until('all', () => handled.values[0].length === 4);
  await member.stop();
  expect(handled.values[0]).toEqual(text(0, 4));
  expect(retries).toHaveLength(2);
});

it('commits what was in hand when it is stopped, and nothing more', async () => {
  const input = await createTopic(connection, 'alo-stop', 1);
  const groupId = unique('alo');
  await produce(connection, input, numbers(0, 4, 0));
  const first = new Handled();
  let release: (() => void) | undefined;
  const member = await run(input, groupId, async (record, context) => {
    if (String(record.value) === '1') await new Promise<void>((resolve) => (release = resolve));
    await first.take(record, context);
  });
  await until('the first record', () => first.values[0].length === 1);
  await until('the second is in hand', () => release !== undefined);
  const stopped = member.stop();
  release?.();
  await stopped;
  expect(first.values[0]).toEqual(text(0, 2));
  const second = new Handled();
  const next = await run(input, groupId, second.take);
  await until('the rest', () => second.values[0].length === 2);
  await next.stop();
  expect(second.values[0]).toEqual(text(2, 4));
});

it('goes on at the earliest retained record, and counts what is lost', async () => {
  const input = await createTopic(connection, 'alo-range', 1);
  const groupId = unique('alo');
  await produce(connection, input, numbers(0, 5, 0));
  const handled = new Handled();
  const lost: object[] = [];
  const hooks = { onLost: (event: object) => lost.push(event) };
  const member = await run(input, groupId, handled.take, hooks);
  await until('five', () => handled.values[0].length === 5);
  await member.stop();
  await produce(connection, input, numbers(5, 20, 0));
  await connection.admin.deleteTopicRecords({ topic: input, partitions: [{ partition: 0, offset: '12' }] });
  const next = await run(input, groupId, handled.take, hooks);
  await until('the retained ones', () => handled.values[0].length === 13);
  await next.stop();
  expect(handled.values[0]).toEqual([...text(0, 5), ...text(12, 20)]);
  expect(lost).toEqual([{ index: 0, topic: input, from: 5, to: 12 }]);
});
