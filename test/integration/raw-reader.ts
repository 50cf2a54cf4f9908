/** Reads topics whole by partition and offset, and decodes them by schemas/ alone: none of the product's own readers. */
import { readFileSync } from 'node:fs';
import avro, { type Type } from 'avsc';
import kafkajs from 'kafkajs';
import { brokers as ring, unique, until } from './kafka-helpers.js';

const SCHEMAS = new URL('../../schemas/', import.meta.url);
const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, SCHEMAS), 'utf8'));
const ids = read('ids.json') as Record<string, { id: number; schema: string }>;

/** What is compared of any value: fields by name. */
export type Value = Record<string, unknown>;

export interface RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: string;
  readonly bytes: number;
  readonly value: Value;
}

/** Everything that the topics hold now, read committed, each partition in its order. */
export async function readTopics(topics: readonly string[], brokers: readonly string[] = ring): Promise<RawRecord[]> {
  const kafka = new kafkajs.Kafka({
    clientId: 'raw-reader',
    brokers: [...brokers],
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = kafka.admin();
  await admin.connect();
  const wanted = new Map<string, number>();
  const seen = new Map<string, number>();
  for (const topic of topics) {
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic)) {
      if (Number(high) > Number(low)) wanted.set(`${topic}/${partition}`, Number(high));
    }
  }
  await admin.disconnect();
  const types = new Map<string, Type>(
    topics.map((topic) => [topic, avro.Type.forSchema(read(ids[topic]?.schema ?? '') as avro.Schema)]),
  );
  const records: RawRecord[] = [];
  const consumer = kafka.consumer({ groupId: unique('raw'), readUncommitted: false, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  // Markers end a partition without a record: batches say how far the log was read.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
    seen.set(`${payload.topic}/${payload.partition}`, Number(payload.lastOffset) + 1);
  });
  await consumer.run({
    autoCommit: false,
    eachBatch: ({ batch: { topic, partition, messages } }) => {
      for (const { key, value, offset } of messages) {
        if (value === null) throw new Error(`${topic} has a record without a value`);
        if (value[0] !== 0 || value.readInt32BE(1) !== ids[topic]?.id) throw new Error(`${topic} has a foreign schema`);
        const decoded = types.get(topic)?.fromBuffer(value.subarray(5)) as Value;
        records.push({
          topic,
          partition,
          offset: Number(offset),
          key: key?.toString() ?? '',
          bytes: value.length,
          value: decoded,
        });
      }
      return Promise.resolve();
    },
  });
  const done = (): boolean => [...wanted].every(([place, end]) => (seen.get(place) ?? 0) >= end);
  await until('the topics are read', done);
  await consumer.disconnect();
  return records.sort((a, b) => a.partition - b.partition || a.offset - b.offset);
}
