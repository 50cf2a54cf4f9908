import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';

import kafkajs, { type KafkaMessage } from 'kafkajs';
import { inject } from 'vitest';

import {
  connectKafka,
  createTopics,
  ensureTopics,
  type ConnectOptions,
  type KafkaConnection,
} from '../../src/lib/kafka/index.js';

export const brokers = inject('kafkaBrokers').split(',');

/** A name that no other run has used: the broker may be shared, and topics outlive a test. */
export function unique(name: string): string {
  return `test-${name}-${randomUUID().slice(0, 8)}`;
}

export function connect(options: Partial<ConnectOptions> = {}): Promise<KafkaConnection> {
  return connectKafka({ brokers, clientId: 'test', ...options });
}

export async function createTopic(
  connection: KafkaConnection,
  name: string,
  numPartitions: number,
  config: Record<string, string> = {},
): Promise<string> {
  const topic = unique(name);
  const configEntries = Object.entries(config).map(([key, value]) => ({ name: key, value }));
  await createTopics(connection.admin, [{ topic, numPartitions, configEntries }]);
  return topic;
}

export async function withDeadLetters(connection: KafkaConnection): Promise<void> {
  await ensureTopics(connection.admin);
}

/** Short times, so that a hand-over takes seconds. */
export const FAST = { sessionTimeoutMs: 6000, heartbeatMs: 300, fetchWaitMs: 100, chunkRecords: 50, tickMs: 200 };

/** Nothing is expected to fail: what does is thrown where it can be seen. */
export function unexpected(error: Error): void {
  console.error('the processor failed', error);
  process.exitCode = 1;
}

export interface Plain {
  readonly key?: string;
  readonly value: string | Buffer | null;
  readonly partition?: number;
}

export async function produce(connection: KafkaConnection, topic: string, messages: readonly Plain[]): Promise<void> {
  const producer = connection.producers.producer({
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
    allowAutoTopicCreation: false,
  });
  await producer.connect();
  for (let at = 0; at < messages.length; at += 500) {
    await producer.send({ topic, acks: -1, messages: messages.slice(at, at + 500) });
  }
  await producer.disconnect();
}

export interface Collected {
  readonly topic: string;
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** Follows topics, read committed, into an array that grows. */
export async function follow(
  connection: KafkaConnection,
  topics: string[],
  readUncommitted = false,
): Promise<{ readonly records: Collected[]; close(): Promise<void> }> {
  const records: Collected[] = [];
  const groupId = unique('reader');
  const consumer = connection.kafka.consumer({ groupId, readUncommitted, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachMessage: ({ topic, partition, message }) => {
      records.push({ topic, partition, message });
      return Promise.resolve();
    },
  });
  return { records, close: () => consumer.disconnect() };
}

export async function until(what: string, ready: () => boolean | Promise<boolean>, limitMs = 60_000): Promise<void> {
  const deadline = Date.now() + limitMs;
  while (!(await ready())) {
    if (Date.now() > deadline) throw new Error(`Not within ${limitMs} ms: ${what}`);
    await sleep(25);
  }
}
