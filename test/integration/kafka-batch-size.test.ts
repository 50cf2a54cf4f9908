import { afterAll, beforeAll, expect, it } from 'vitest';

import kafkajs from 'kafkajs';

import { batchBytes, createEdgeProducer, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { brokers, connect, createTopic } from './kafka-helpers.js';
import { logBytes } from './log-dirs.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

const size = (topic: string): Promise<number> => logBytes(brokers[0]!, topic, 0);

it('is what a batch of the edge adds to the log', async () => {
  const topic = await createTopic(connection, 'bytes', 1);
  const edge = await createEdgeProducer(connection);
  let before = await size(topic);
  expect(before).toBe(0);
  const batches = [
    [0],
    [1],
    [36],
    [126, 127, 128],
    [8190, 8191, 8192, 8193],
    Array.from({ length: 130 }, (_, at) => at),
  ];
  for (const lengths of batches) {
    const sent = await edge.send({ topic, key: 'ward-3', values: lengths.map((length) => Buffer.alloc(length)) });
    const now = await size(topic);
    expect(now - before).toBe(sent.bytes);
    before = now;
  }
  const tombstone = await edge.send({ topic, key: '', values: [null] });
  expect((await size(topic)) - before).toBe(tombstone.bytes);
  await edge.close();
});

it('counts timestamps and absent keys', async () => {
  const topic = await createTopic(connection, 'bytes-all', 1);
  const producer = connection.producers.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner });
  await producer.connect();
  const at = 1_700_000_000_000;
  await producer.send({
    topic,
    messages: [
      { key: null, value: Buffer.alloc(5), timestamp: String(at) },
      { key: 'k', value: Buffer.alloc(5), timestamp: String(at + 63) },
      { key: 'k', value: null, timestamp: String(at + 64) },
      { key: 'k'.repeat(70), value: Buffer.alloc(5), timestamp: String(at + 9000) },
    ],
  });
  await producer.disconnect();
  expect(await size(topic)).toBe(
    batchBytes([
      { keyBytes: null, valueBytes: 5 },
      { keyBytes: 1, valueBytes: 5, timestampDelta: 63 },
      { keyBytes: 1, valueBytes: null, timestampDelta: 64 },
      { keyBytes: 70, valueBytes: 5, timestampDelta: 9000 },
    ]),
  );
});
