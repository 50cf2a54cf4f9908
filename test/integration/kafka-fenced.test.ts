import { afterAll, beforeAll, expect, it } from 'vitest';

import { runExactlyOnce, type KafkaConnection, type PartitionTask } from '../../src/lib/kafka/index.js';
import { TransactionalSender } from '../../src/lib/kafka/transaction.js';
import { connect, createTopic, FAST, follow, produce, unexpected, unique, until } from './kafka-helpers.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

it('emits nothing after another owner has opened the partition, rejoins, and repeats the chunk', async () => {
  const input = await createTopic(connection, 'fenced-in', 1);
  const output = await createTopic(connection, 'fenced-out', 1);
  const groupId = unique('fenced');
  let lives = 0;
  let fenced = 0;
  const createTask = (): PartitionTask => {
    const life = ++lives;
    let seen = 0;
    return {
      replay: () => {
        seen++;
      },
      process: async (record) => {
        // What a member does not notice while its machine stands still.
        if (life === 1 && record.offset === 15) {
          const usurper = await TransactionalSender.open(connection, `dynamic-deep-${groupId}-0`);
          await usurper.close();
        }
        return [{ topic: output, key: null, value: Buffer.from(`${record.offset}:${++seen}`) }];
      },
      lowWater: () => 0,
    };
  };
  const reader = await follow(connection, [output]);
  const processor = await runExactlyOnce({
    connection,
    groupId,
    inputs: [input],
    createTask,
    onFailure: unexpected,
    limits: { ...FAST, chunkRecords: 10 },
    hooks: { onFenced: () => fenced++ },
  });
  await produce(
    connection,
    input,
    Array.from({ length: 30 }, (_, at) => ({ value: String(at), partition: 0 })),
  );
  await until('all outputs', () => reader.records.length === 30);
  await processor.stop();
  await reader.close();
  expect(reader.records.map(({ message }) => String(message.value))).toEqual(
    Array.from({ length: 30 }, (_, offset) => `${offset}:${offset + 1}`),
  );
  expect(fenced).toBe(1);
  expect(lives).toBe(2);
});

it('writes outputs of a tick in a transaction of their own', async () => {
  const input = await createTopic(connection, 'tick-in', 1);
  const output = await createTopic(connection, 'tick-out', 1);
  let ticks = 0;
  const reader = await follow(connection, [output]);
  const processor = await runExactlyOnce({
    connection,
    groupId: unique('tick'),
    inputs: [input],
    limits: FAST,
    onFailure: unexpected,
    createTask: () => ({
      replay: () => undefined,
      process: () => undefined,
      tick: (now) => (ticks++ < 3 ? [{ topic: output, key: null, value: Buffer.from(String(now)) }] : undefined),
    }),
  });
  await until('three ticks', () => reader.records.length === 3);
  await processor.stop();
  await reader.close();
});
