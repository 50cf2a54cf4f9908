import { afterAll, beforeAll, expect, it } from 'vitest';

import { CompactedTable, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { encode, type StreamInfo } from '../../src/lib/wire/index.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { connect, createTopic, produce, unique, until } from './kafka-helpers.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

const info = (stream: string, rate: number): StreamInfo => ({ ...SAMPLES['ecg.streams'], stream, rate });
const put = (stream: string, rate: number, partition: number) => ({
  key: stream,
  value: encode('ecg.streams', info(stream, rate)),
  partition,
});

/** Tables are of topics of the system; the test gives one another name on the cluster. */
function open(topic: string, options: object = {}): Promise<CompactedTable<'ecg.streams'>> {
  const onInvalid = () => undefined;
  return CompactedTable.open({ connection, topic: 'ecg.streams', topicName: topic, onInvalid, ...options });
}

it('holds the latest of each key once ready, follows, and catches up', async () => {
  const topic = await createTopic(connection, 'table', 2, { 'cleanup.policy': 'compact' });
  const first = Array.from({ length: 300 }, (_, at) => put(`s-${at % 30}`, at, at % 2));
  await produce(connection, topic, first);
  await produce(connection, topic, [
    { key: 's-3', value: null, partition: 1 },
    { key: 's-4', value: Buffer.from([9, 9]), partition: 0 },
  ]);
  const invalid: unknown[] = [];
  const changes: string[] = [];
  const table = await open(topic, {
    onInvalid: (_: unknown, error: unknown) => invalid.push(error),
    onChange: (key: string, value: StreamInfo | null) => changes.push(`${key}=${value?.rate ?? 'gone'}`),
  });
  await table.ready();
  expect(table.size).toBe(29);
  expect(table.get('s-3')).toBeUndefined();
  expect(table.get('s-4')?.rate).toBe(274);
  expect(invalid).toHaveLength(1);
  expect(changes.at(-1)).toMatch(/^s-/);

  await produce(connection, topic, [put('s-5', 1000, 1), put('s-3', 1001, 1)]);
  await table.catchUp();
  expect(table.get('s-5')?.rate).toBe(1000);
  expect(table.get('s-3')?.rate).toBe(1001);
  await table.close();
});

it('is ready at once where the topic is empty, and reads only the partitions it is told to', async () => {
  const topic = await createTopic(connection, 'table-part', 3, { 'cleanup.policy': 'compact' });
  const empty = await open(topic);
  await empty.ready();
  expect(empty.size).toBe(0);
  await empty.close();
  await produce(connection, topic, [put('a', 1, 0), put('b', 2, 1), put('c', 3, 2)]);
  const part = await open(topic, { partitions: [1] });
  await part.ready();
  expect([...part.entries()].map(([key]) => key)).toEqual(['b']);
  await part.close();
});

it('is ready although a transaction is left open, without what is in it', async () => {
  const topic = await createTopic(connection, 'table-open', 1, { 'cleanup.policy': 'compact' });
  await produce(connection, topic, [put('a', 1, 0)]);
  const producer = connection.producers.producer({
    transactionalId: unique('open'),
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [put('b', 2, 0)] });
  const table = await open(topic);
  await table.ready();
  expect([...table.entries()].map(([key]) => key)).toEqual(['a']);
  await transaction.commit();
  // The markers follow the answer to the commit.
  await until('what was committed', () => table.size === 2);

  await table.close();
  await producer.disconnect();
});
