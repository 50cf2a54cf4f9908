import { afterAll, beforeAll, expect, it } from 'vitest';

import { DynamicDeepError } from '../../src/lib/errors/index.js';
import { deadLetter, runExactlyOnce, type KafkaConnection, type PartitionTask } from '../../src/lib/kafka/index.js';
import { CountsOnCommit } from '../../src/lib/metrics/counts-on-commit.js';
import { decode, encode } from '../../src/lib/wire/index.js';
import { SAMPLES } from '../lib/wire/samples.js';
import {
  connect,
  createTopic,
  FAST,
  follow,
  produce,
  unexpected,
  unique,
  until,
  withDeadLetters,
} from './kafka-helpers.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
  await withDeadLetters(connection);
});
afterAll(() => connection.close());

it('writes what cannot be decoded to the dead letters, and goes on', async () => {
  const input = await createTopic(connection, 'poison-in', 1);
  const output = await createTopic(connection, 'poison-out', 1);
  const good = encode('ecg.streams', SAMPLES['ecg.streams']);
  const bad = [
    null,
    good.subarray(0, 3),
    good.subarray(0, 20),
    Buffer.concat([good, Buffer.from([0])]),
    Buffer.from([7, ...good.subarray(1)]),
    Buffer.concat([Buffer.from([0, 0, 0, 9, 9]), good.subarray(5)]),
  ];
  await produce(
    connection,
    input,
    [...bad, good].map((value) => ({ key: 'k', value, partition: 0 })),
  );
  const createTask = (): PartitionTask => ({
    replay: () => undefined,
    process: (record) => {
      try {
        decode('ecg.streams', record.value);
        return [{ topic: output, key: record.key, value: record.value }];
      } catch (error) {
        return [deadLetter(record, error, Date.now())];
      }
    },
  });
  const reader = await follow(connection, [output]);
  const letters = await follow(connection, ['ecg.deadletter']);
  const mine = () =>
    letters.records
      .map(({ message }) => decode('ecg.deadletter', message.value))
      .filter(({ topic }) => topic === input);
  const processor = await runExactlyOnce({
    connection,
    groupId: unique('poison'),
    inputs: [input],
    createTask,
    limits: FAST,
    onFailure: unexpected,
  });
  await until('good one and dead letters', () => reader.records.length === 1 && mine().length === bad.length);
  await processor.stop();
  await reader.close();
  await letters.close();
  const reasons = ['VALUE_NULL', 'VALUE_SHORT', 'AVRO_TRUNCATED', 'AVRO_TRAILING', 'MAGIC_WRONG', 'SCHEMA_UNKNOWN'];
  expect(mine().map(({ offset, reason, value }) => ({ offset, reason, value }))).toEqual(
    bad.map((value, offset) => ({ offset, reason: reasons[offset], value })),
  );
});

it('gives up a record for which the task keeps throwing, alone, and only after its own budget', async () => {
  const input = await createTopic(connection, 'throwing-in', 1);
  const output = await createTopic(connection, 'throwing-out', 1);
  await produce(
    connection,
    input,
    Array.from({ length: 40 }, (_, at) => ({ value: String(at), partition: 0 })),
  );
  const throws: string[] = [];
  const given: number[] = [];
  const counted: string[] = [];
  const createTask = (): PartitionTask => {
    let held: string[] = [];
    const counts = new CountsOnCommit(counted);
    return {
      replay: () => undefined,
      committed: () => {
        counts.committed();
      },
      process: (record) => {
        const value = String(record.value);
        counts.add((all) => all.push(value));
        if (value === '11') {
          throws.push(value);
          throw new Error('a bug, for 11');
        }
        held.push(value);
        return undefined;
      },
      flush: () => {
        const outputs = held.map((value) => ({ topic: output, key: null, value: Buffer.from(value) }));
        const broken = held.includes('23');
        held = [];
        if (broken) throw new Error('a bug, for 23');
        return outputs;
      },
    };
  };
  const reader = await follow(connection, [output]);
  const processor = await runExactlyOnce({
    connection,
    groupId: unique('throwing'),
    inputs: [input],
    createTask,
    limits: FAST,
    onFailure: unexpected,
    hooks: { onHandlerFailed: ({ offset }) => given.push(offset) },
  });
  await until('all others', () => reader.records.length === 38);
  await processor.stop();
  await reader.close();
  const found = reader.records.map(({ message }) => Number(String(message.value)));
  expect(found).toEqual(Array.from({ length: 40 }, (_, at) => at).filter((at) => at !== 11 && at !== 23));
  expect(given).toEqual([11, 23]);
  expect(throws).toHaveLength(3);
  // However often their chunks were made.
  expect(counted.map(Number)).toEqual(found);
});

it('fails, instead of emptying the topic, where every record makes the task throw', async () => {
  const input = await createTopic(connection, 'broken-in', 1);
  await produce(
    connection,
    input,
    Array.from({ length: 40 }, (_, at) => ({ value: String(at), partition: 0 })),
  );
  const given: number[] = [];
  let failure: DynamicDeepError | undefined;
  const processor = await runExactlyOnce({
    connection,
    groupId: unique('broken'),
    inputs: [input],
    limits: FAST,
    createTask: () => ({
      replay: () => undefined,
      process: () => {
        throw new Error('no model');
      },
    }),
    onFailure: (error) => {
      failure = error;
    },
    hooks: { onHandlerFailed: ({ offset }) => given.push(offset) },
  });
  await until('the failure', () => failure !== undefined);
  expect(failure?.code).toBe('CONSUMER_FAILED');
  expect(processor.state).toBe('failed');
  expect(given).toEqual([0, 1, 2]);
  await processor.stop();
});
