import { afterAll, beforeAll, expect, it } from 'vitest';

import { runExactlyOnce, type ExactlyOnceProcessor, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { connect, createTopic, FAST, follow, produce, unexpected, unique, until } from './kafka-helpers.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

const numbers = (from: number, to: number): { value: string; partition: number }[] =>
  Array.from({ length: to - from }, (_, at) => ({ value: String(from + at), partition: 0 }));

it('goes on at the earliest retained record, and counts what is lost', async () => {
  const input = await createTopic(connection, 'range-in', 1);
  const output = await createTopic(connection, 'range-out', 1);
  const groupId = unique('range');
  const lost: object[] = [];
  const start = (slowMs: number): Promise<ExactlyOnceProcessor> =>
    runExactlyOnce({
      connection,
      groupId,
      inputs: [input],
      limits: { ...FAST, chunkRecords: 1 },
      onFailure: unexpected,
      createTask: () => ({
        replay: () => undefined,
        process: async (record) => {
          if (slowMs > 0) await new Promise((resolve) => setTimeout(resolve, slowMs));
          return [{ topic: output, key: null, value: record.value }];
        },
      }),
      hooks: { onLost: (event) => lost.push(event) },
    });
  const truncate = (offset: number): Promise<void> => {
    const partitions = [{ partition: 0, offset: String(offset) }];
    const cut = (): Promise<void> => connection.admin.deleteTopicRecords({ topic: input, partitions });
    // Among several brokers kafkajs may ask one that does not lead the partition yet.
    return until(`cut at ${offset}`, () => cut().then(() => true, () => false)); // prettier-ignore
  };
  const reader = await follow(connection, [output]);

  await produce(connection, input, numbers(0, 10));
  const first = await start(0);
  await until('ten', () => reader.records.length === 10);
  await first.stop();
  await produce(connection, input, numbers(10, 40));
  await truncate(25);
  const second = await start(0);
  await until('the retained ones', () => reader.records.length === 25);
  await second.stop();
  expect(lost).toEqual([{ index: 0, topic: input, from: 10, to: 25 }]);

  // While it runs: the log is cut ahead of a slow reader, whose next fetch is out of range.
  for (const letter of ['x', 'y', 'z'])
    await produce(connection, input, [{ value: letter.repeat(900_000), partition: 0 }]);
  await produce(connection, input, numbers(43, 50));
  const third = await start(3_000);
  await until('the first large one', () => reader.records.length === 26);
  await truncate(45);
  await until('the rest', () => reader.records.some(({ message }) => String(message.value) === '49'));
  await third.stop();
  await reader.close();
  const values = reader.records.map(({ message }) => String(message.value).slice(0, 3));
  const runtime = lost[1] as { from: number; to: number };
  expect(lost).toHaveLength(2);
  expect(runtime.to).toBe(45);
  // Every record is either delivered once or within what is counted as lost.
  const expected = [...numbers(0, 10), ...numbers(25, 40)].map(({ value }) => value);
  const between = ['xxx', 'yyy', 'zzz', '43', '44'].slice(0, runtime.from - 40);
  expect(values).toEqual([...expected, ...between, '45', '46', '47', '48', '49']);
});
