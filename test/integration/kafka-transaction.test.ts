import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Producer } from 'kafkajs';
import type { KafkaConnection } from '../../src/lib/kafka/index.js';
import { TransactionalSender } from '../../src/lib/kafka/transaction.js';
import { connect, createTopic, follow, produce, unique, until } from './kafka-helpers.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

/** The connection, and the requests that producers made of it were answered. */
function watched(): { readonly of: KafkaConnection; readonly requests: string[] } {
  const requests: string[] = [];
  const watch = (producer: Producer): Producer => {
    producer.on(producer.events.REQUEST, ({ payload }) => requests.push(payload.apiName));
    return producer;
  };
  const producers = Object.create(connection.producers, {
    producer: { value: (...args: Parameters<typeof connection.producers.producer>) => watch(connection.producers.producer(...args)) }, // prettier-ignore
  }) as typeof connection.producers;
  return { of: { ...connection, producers }, requests };
}

it('sends the records of one partition in a request, each where its key belongs and in order', async () => {
  const topic = await createTopic(connection, 'parts', 6);
  const plain = await createTopic(connection, 'parts-plain', 6);
  const { of, requests } = watched();
  const sender = await TransactionalSender.open(of, unique('parts'));
  const keys = Array.from({ length: 40 }, (_, i) => `ward-3-${i % 20}`);
  const outputs = keys.map((key, i) => ({ topic, key: Buffer.from(key), value: Buffer.from(String(i)) }));
  requests.length = 0;
  await sender.commit(unique('group'), outputs, [{ topic: plain, partition: 0, offset: 0, lowWater: 0 }]);
  await sender.close();

  // As any other client of Kafka places them.
  await produce(connection, plain, keys.map((key, i) => ({ key, value: String(i) }))); // prettier-ignore
  const [own, others] = [await follow(connection, [topic]), await follow(connection, [plain])];
  await until('both', () => own.records.length === 40 && others.records.length === 40);
  const placed = (records: typeof own.records): unknown[] =>
    Array.from({ length: 6 }, (_, at) => records.filter(({ partition }) => partition === at).map(({ message }) => String(message.value))); // prettier-ignore
  expect(placed(own.records)).toEqual(placed(others.records));
  const partitions = new Set(own.records.map(({ partition }) => partition)).size;
  expect(partitions).toBeGreaterThan(3);
  expect(requests.filter((name) => name === 'Produce')).toHaveLength(partitions);
  await Promise.all([own.close(), others.close()]);
});
