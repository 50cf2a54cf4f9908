import kafkajs, { type Message, type Producer } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';

import type { KafkaConnection } from './client.js';
import { lowWaterMetadata } from './committed.js';
import { errorTypes } from './error-types.js';
import { assertBytes, type OutputRecord } from './records.js';

export interface OffsetCommit {
  readonly topic: string;
  readonly partition: number;
  /** Next offset to read. */
  readonly offset: number;
  readonly lowWater: number;
}

/**
 * A short first pause: back-to-back transactions always meet CONCURRENT_TRANSACTIONS, because the coordinator answers a
 * commit before its markers are written.
 */
const RETRY = { initialRetryTime: 20, maxRetryTime: 1000, retries: 9, multiplier: 2, factor: 0.2 };
const OFFSET_TRIES = 60;
/** The broker aborts what is open for longer. Transactions begin when all outputs are there, so they are short. */
const TRANSACTION_TIMEOUT_MS = 30_000;

/** The transactional producer of one partition index. After any error it is of no use: open a new one. */
export class TransactionalSender {
  private readonly producer: Producer;

  private constructor(producer: Producer) {
    this.producer = producer;
  }

  /** Initialises the id, which ends an open transaction of an earlier owner and fences it. */
  static async open({ producers }: KafkaConnection, transactionalId: string): Promise<TransactionalSender> {
    const producer = producers.producer({
      transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: RETRY,
    });
    try {
      await producer.connect();
      await (await producer.transaction()).abort();
      return new TransactionalSender(producer);
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  /** Outputs and offsets, all or nothing. A rejection leaves it open which: read the committed offsets. */
  async commit(groupId: string, outputs: readonly OutputRecord[], offsets: readonly OffsetCommit[]): Promise<void> {
    const topicMessages = byTopic(outputs);
    const transaction = await this.producer.transaction();
    if (topicMessages.length > 0) await transaction.sendBatch({ acks: -1, topicMessages });
    const topics = offsets.map(({ topic, partition, offset, lowWater }) => ({
      topic,
      // kafkajs passes metadata on to the broker; its types do not say so.
      partitions: [{ partition, offset: String(offset), metadata: lowWaterMetadata(lowWater) }],
    }));
    for (let tries = 1; ; tries++) {
      try {
        await transaction.sendOffsets({ consumerGroupId: groupId, topics });
        break;
      } catch (error) {
        // kafkajs retries this for produce requests alone; a chunk without outputs begins with the offsets.
        if (tries >= OFFSET_TRIES || !errorTypes(error).includes('CONCURRENT_TRANSACTIONS')) throw error;
        await sleep(RETRY.initialRetryTime);
      }
    }
    await transaction.commit();
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }
}

function byTopic(outputs: readonly OutputRecord[]): { topic: string; messages: Message[] }[] {
  const topics = new Map<string, Message[]>();
  for (const output of outputs) {
    assertBytes(output);
    const { topic, key, value, partition, timestamp } = output;
    const messages = topics.get(topic) ?? [];
    topics.set(topic, messages);
    messages.push({
      key,
      value,
      ...(partition === undefined ? {} : { partition }),
      ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }),
    });
  }
  return [...topics].map(([topic, messages]) => ({ topic, messages }));
}
