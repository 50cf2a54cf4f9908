import kafkajs, { type Admin, type Message, type PartitionMetadata, type Producer } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';

import { METADATA_MAX_AGE_MS, type KafkaConnection } from './client.js';
import { lowWaterMetadata } from './committed.js';
import { errorTypes } from './error-types.js';
import { assertBytes, type OutputRecord } from './records.js';
import { splitBatches } from './split-batches.js';

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
/**
 * Errors after which offsets may be sent again: the last transaction is being finished, or the group's coordinator is moving
 * (under the names that kafkajs uses).
 */
const OFFSETS_LATER = new Set([
  'CONCURRENT_TRANSACTIONS',
  'GROUP_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
]);
/** The broker aborts a transaction that is open for longer. It begins only when all outputs are there, so it is short. */
const TRANSACTION_TIMEOUT_MS = 30_000;

/**
 * The transactional producer of one partition index. After any error it is unusable: open a new one.
 *
 * Each request carries one batch of one partition. If a request had batches of several partitions, kafkajs would send them to
 * all their leaders at once, and if one of these failed, try again without waiting for the others. Batches on their way to the
 * others would then be sent twice, under new sequence numbers; batches whose partition had moved to a leader that had already
 * answered would never be sent.
 */
export class TransactionalSender {
  private readonly producer: Producer;
  private readonly places: PartitionPlaces;

  private constructor(producer: Producer, places: PartitionPlaces) {
    this.producer = producer;
    this.places = places;
  }

  /** Initialises the id, which ends an open transaction of an earlier owner and fences that owner. */
  static async open({ admin, producers }: KafkaConnection, transactionalId: string): Promise<TransactionalSender> {
    const producer = producers.producer({
      transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
      transactionTimeout: TRANSACTION_TIMEOUT_MS,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      allowAutoTopicCreation: false,
      createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      retry: RETRY,
    });
    try {
      await producer.connect();
      await (await producer.transaction()).abort();
      return new TransactionalSender(producer, new PartitionPlaces(admin));
    } catch (error) {
      await producer.disconnect().catch(() => undefined);
      throw error;
    }
  }

  /** Commits outputs and offsets, all or nothing. After a rejection either may be the case: read the committed offsets. */
  async commit(groupId: string, outputs: readonly OutputRecord[], offsets: readonly OffsetCommit[]): Promise<void> {
    const batches = await this.places.batches(outputs);
    const transaction = await this.producer.transaction();
    for (const { topic, messages } of batches) await transaction.send({ topic, acks: -1, messages });
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
        // kafkajs retries these errors for produce requests only; a chunk without outputs begins with the offsets.
        if (tries >= OFFSET_TRIES || !errorTypes(error).some((type) => OFFSETS_LATER.has(type))) throw error;
        await sleep(RETRY.initialRetryTime);
      }
    }
    await transaction.commit();
  }

  async close(): Promise<void> {
    await this.producer.disconnect().catch(() => undefined);
  }
}

interface Batch {
  readonly topic: string;
  readonly messages: Message[];
}

interface Place {
  readonly topic: string;
  readonly partition: number;
  readonly records: OutputRecord[];
}

/** Chooses the partition of a record as kafkajs does: by the hash of the key, like Java clients. */
class PartitionPlaces {
  private readonly admin: Admin;
  private readonly choose = kafkajs.Partitioners.DefaultPartitioner();
  private readonly partitions = new Map<string, PartitionMetadata[]>();

  constructor(admin: Admin) {
    this.admin = admin;
  }

  /** Returns batches of one partition each, the records of a partition in order. */
  async batches(outputs: readonly OutputRecord[]): Promise<readonly Batch[]> {
    const places = new Map<string, Place>();
    for (const output of outputs) {
      assertBytes(output);
      const { topic } = output;
      const partition = output.partition ?? (await this.partitionOf(output));
      const name = `${topic}/${partition}`;
      const place = places.get(name) ?? { topic, partition, records: [] };
      places.set(name, place);
      place.records.push(output);
    }
    return [...places.values()].flatMap(({ topic, partition, records }) =>
      splitBatches(records).map((batch) => ({ topic, messages: batch.map((record) => messageOf(record, partition)) })),
    );
  }

  private async partitionOf({ topic, key, value }: OutputRecord): Promise<number> {
    return this.choose({ topic, partitionMetadata: await this.partitionsOf(topic), message: { key, value } });
  }

  /** Asks once per topic: partitions are never added in place. */
  private async partitionsOf(topic: string): Promise<PartitionMetadata[]> {
    const known = this.partitions.get(topic);
    if (known !== undefined) return known;
    const { topics } = await this.admin.fetchTopicMetadata({ topics: [topic] });
    const partitions = topics[0]?.partitions ?? [];
    this.partitions.set(topic, partitions);
    return partitions;
  }
}

function messageOf({ key, value, timestamp }: OutputRecord, partition: number): Message {
  return { key, value, partition, ...(timestamp === undefined ? {} : { timestamp: String(timestamp) }) };
}
