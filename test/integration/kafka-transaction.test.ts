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

it('readers are given no record of aborted transactions that overlap', async () => {
  const topic = await createTopic(connection, 'overlap', 1);
  const begin = async () => {
    const producer = connection.producers.producer({ transactionalId: unique('overlap'), idempotent: true, maxInFlightRequests: 1 }); // prettier-ignore
    await producer.connect();
    const send = async (transaction: Awaited<ReturnType<typeof producer.transaction>>, value: string) => {
      await transaction.send({ topic, acks: -1, messages: [{ value, partition: 0 }] });
    };
    return { producer, send };
  };
  const [one, two, three] = [await begin(), await begin(), await begin()];
  const [first, second] = [await one.producer.transaction(), await two.producer.transaction()];
  await one.send(first, 'aborted 1');
  await one.send(first, 'aborted 2');
  await two.send(second, 'aborted 3');
  // The one that began last ends first: it stands first in the broker's list.
  await second.abort();
  await first.abort();
  const third = await three.producer.transaction();
  await three.send(third, 'committed');
  await third.commit();
  const reader = await follow(connection, [topic]);
  await until('what is committed', () => reader.records.some(({ message }) => String(message.value) === 'committed'));
  expect(reader.records.map(({ message }) => String(message.value))).toEqual(['committed']);
  await reader.close();
  for (const { producer } of [one, two, three]) await producer.disconnect();
});
