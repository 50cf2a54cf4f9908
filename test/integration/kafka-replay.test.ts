import { afterAll, beforeAll, expect, it } from 'vitest';

import {
  runExactlyOnce,
  type ExactlyOnceProcessor,
  type KafkaConnection,
  type PartitionTask,
} from '../../src/lib/kafka/index.js';
import { connect, createTopic, FAST, follow, produce, unexpected, unique, until } from './kafka-helpers.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

interface Member {
  readonly processor: ExactlyOnceProcessor;
  readonly replays: { index: number; replayed: number }[];
}

/** Writes "<topic's letter><offset>:<sum of the last five values of that topic>": two topics, one state. */
async function startMember(groupId: string, inputs: string[], output: string): Promise<Member> {
  const replays: Member['replays'] = [];
  const createTask = (): PartitionTask => {
    const recent = new Map<string, { offset: number; value: number }[]>(inputs.map((topic) => [topic, []]));
    const add = (record: { topic: string; offset: number; value: Buffer | null }): number => {
      const mine = recent.get(record.topic) ?? [];
      mine.push({ offset: record.offset, value: Number(record.value) });
      if (mine.length > 5) mine.shift();
      return mine.reduce((total, { value }) => total + value, 0);
    };
    return {
      replay: (record) => {
        add(record);
      },
      process: (record) => {
        const value = Buffer.from(`${inputs.indexOf(record.topic)}/${record.offset}:${add(record)}`);
        return [{ topic: output, key: null, value, partition: record.partition }];
      },
      lowWater: (topic) => recent.get(topic)?.[0]?.offset,
    };
  };
  const processor = await runExactlyOnce({
    connection,
    groupId,
    inputs,
    createTask,
    limits: FAST,
    onFailure: unexpected,
    hooks: { onLive: ({ index, replayed }) => replays.push({ index, replayed }) },
  });
  return { processor, replays };
}

it('moves partitions between members, rebuilding their state by replay', async () => {
  const [a, b] = [await createTopic(connection, 'replay-a', 4), await createTopic(connection, 'replay-b', 4)];
  const output = await createTopic(connection, 'replay-out', 4);
  const groupId = unique('replay');
  const round = async (from: number): Promise<void> => {
    for (const [letter, topic] of [a, b].entries()) {
      const values = Array.from({ length: 80 }, (_, at) => ({
        value: String((from + at) * (letter + 1)),
        partition: at % 4,
      }));
      await produce(connection, topic, values);
    }
  };
  const reader = await follow(connection, [output]);
  const first = await startMember(groupId, [a, b], output);
  await round(0);
  await until('the first round', () => reader.records.length === 160);
  expect(first.replays.every(({ replayed }) => replayed === 0)).toBe(true);

  const second = await startMember(groupId, [a, b], output);
  await until(
    'two ready members',
    () => first.processor.ready && second.processor.ready && second.processor.assigned.length === 2,
  );
  expect([...first.processor.assigned, ...second.processor.assigned].sort()).toEqual([0, 1, 2, 3]);
  // Four to five records before the committed offset of either topic; a retained partition is not opened again.
  expect(second.replays.map(({ index }) => index).sort()).toEqual([...second.processor.assigned]);
  for (const { replayed } of second.replays) expect(replayed).toBe(10);
  expect(first.replays).toHaveLength(4);
  await round(1000);
  await until('the second round', () => reader.records.length === 320);

  await first.processor.stop();
  await until('one member with everything', () => second.processor.ready && second.processor.assigned.length === 4);
  await round(2000);
  await until('the third round', () => reader.records.length === 480);
  await second.processor.stop();
  await reader.close();

  const values = [0, 1000, 2000].flatMap((from) =>
    Array.from({ length: 80 }, (_, at) => ({ value: from + at, partition: at % 4 })),
  );
  for (let partition = 0; partition < 4; partition++) {
    const found = reader.records
      .filter((record) => record.partition === partition)
      .map(({ message }) => String(message.value));
    const mine = values.filter((value) => value.partition === partition).map(({ value }) => value);
    const expected = [0, 1].flatMap((letter) =>
      mine.map((_, at) => {
        const sum = mine.slice(Math.max(0, at - 4), at + 1).reduce((total, value) => total + value * (letter + 1), 0);
        return `${letter}/${at}:${sum}`;
      }),
    );
    expect(found.sort()).toEqual(expected.sort());
  }
});

it('replays over markers, and is not held up by them', async () => {
  const input = await createTopic(connection, 'markers-in', 1);
  const output = await createTopic(connection, 'markers-out', 1);
  const groupId = unique('markers');
  const producer = connection.producers.producer({
    transactionalId: unique('tx'),
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const write = async (value: string, commit: boolean): Promise<void> => {
    const transaction = await producer.transaction();
    await transaction.send({ topic: input, messages: [{ value, partition: 0 }] });
    await (commit ? transaction.commit() : transaction.abort());
  };
  const reader = await follow(connection, [output]);
  const first = await startMember(groupId, [input], output);
  for (let value = 0; value < 12; value++) await write(String(value), value % 3 !== 0);
  await until('the committed ones', () => reader.records.length === 8);
  await first.processor.stop();

  for (let value = 0; value < 3; value++) await write('0', false);
  const second = await startMember(groupId, [input], output);
  await until('live behind markers', () => second.processor.ready);
  expect(second.replays).toEqual([{ index: 0, replayed: 5 }]);
  await write('100', true);
  await until('the next one', () => reader.records.length === 9);
  await second.processor.stop();
  await producer.disconnect();
  await reader.close();
  const sums = reader.records.map(({ message }) => Number(String(message.value).split(':')[1]));
  expect(sums).toEqual(
    [1, 3, 7, 12, 19, 26, 32, 40, 5 + 7 + 8 + 10 + 11 + 100 - 5].map((sum, at) => (at < 5 ? sum : sums[at])),
  );
  expect(sums.at(-1)).toBe(7 + 8 + 10 + 11 + 100);
});
