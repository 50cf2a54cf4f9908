/** Reads and writes whole topics as bytes: a backlog is recorded once and put into every broker that is measured. */
import { once } from 'node:events';
import kafkajs, { type Kafka } from 'kafkajs';

export interface RawRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer;
  /** Milliseconds UTC at which it was written. */
  readonly timestamp: number;
}

export function client(brokers: string): Kafka {
  return new kafkajs.Kafka({ clientId: 'scaling', brokers: brokers.split(','), logLevel: kafkajs.logLevel.NOTHING });
}

/** Everything that the topics hold, read committed, each partition in order. */
export async function readTopics(brokers: string, topics: readonly string[]): Promise<RawRecord[]> {
  const kafka = client(brokers);
  const admin = kafka.admin();
  await admin.connect();
  const wanted = new Map<string, number>();
  for (const topic of topics)
    for (const { partition, low, high } of await admin.fetchTopicOffsets(topic))
      if (Number(high) > Number(low)) wanted.set(`${topic}/${partition}`, Number(high));
  await admin.disconnect();
  const records: RawRecord[] = [];
  if (wanted.size === 0) return records;
  const consumer = kafka.consumer({ groupId: `scaling-${Date.now()}`, readUncommitted: false, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [...topics], fromBeginning: true });
  const done = new AbortController();
  // Transaction markers can end a partition without a record: batches tell how far the log was read.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) => {
    if (Number(lastOffset) + 1 >= (wanted.get(`${topic}/${partition}`) ?? 0)) wanted.delete(`${topic}/${partition}`);
    if (wanted.size === 0) done.abort();
  });
  await consumer.run({
    autoCommit: false,
    eachBatch: ({ batch: { topic, partition, messages } }) => {
      for (const { key, value, timestamp } of messages)
        if (value !== null) records.push({ topic, partition, key, value, timestamp: Number(timestamp) });
      return Promise.resolve();
    },
  });
  if (!done.signal.aborted) await once(done.signal, 'abort');
  await consumer.disconnect();
  return records;
}

/** Writes records to their original partitions, spread evenly over `paceMs` wall milliseconds (0: at once). */
export async function writeRecords(brokers: string, records: readonly RawRecord[], paceMs = 0): Promise<void> {
  const producer = client(brokers).producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
    // A resend after a timeout must not be stored twice: it would count as the service's fault.
    idempotent: true,
    maxInFlightRequests: 1,
  });
  await producer.connect();
  const started = performance.now();
  const chunk = paceMs === 0 ? 200 : Math.max(1, Math.ceil(records.length / (paceMs / 100)));
  for (let at = 0; at < records.length; at += chunk) {
    const due = started + (paceMs * at) / records.length;
    if (due > performance.now()) await new Promise((resolve) => setTimeout(resolve, due - performance.now()));
    const part = records.slice(at, at + chunk);
    await producer.sendBatch({
      acks: -1,
      topicMessages: [...new Set(part.map(({ topic }) => topic))].map((topic) => ({
        topic,
        messages: part
          .filter((record) => record.topic === topic)
          .map(({ key, value, partition }) => ({ key, value, partition })),
      })),
    });
  }
  await producer.disconnect();
}

/** Reorders records as if all keys (gateways, devices) had been alive at once: each key's spread over the whole, in order. */
export function interleaved(records: readonly RawRecord[]): RawRecord[] {
  const byKey = new Map<string, RawRecord[]>();
  for (const record of [...records].sort((a, b) => a.timestamp - b.timestamp)) {
    const key = record.key?.toString() ?? '';
    const list = byKey.get(key);
    if (list === undefined) byKey.set(key, [record]);
    else list.push(record);
  }
  const placed = [...byKey.values()].flatMap((list) => list.map((record, i) => ({ record, at: i / list.length })));
  return placed.sort((a, b) => a.at - b.at).map(({ record }) => record);
}
