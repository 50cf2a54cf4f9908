import type { Consumer } from 'kafkajs';
import { randomUUID } from 'node:crypto';

import { DynamicDeepError, messageOf } from '../errors/index.js';
import { decode, type TopicValues, type WireTopic } from '../wire/index.js';
import { soloAssigner } from './assigner.js';
import { RETRY, type KafkaConnection } from './client.js';
import { Progress } from './progress.js';
import { toInputRecord, type InputRecord } from './records.js';

const FETCH_WAIT_MS = 100;

export interface TableOptions<T extends WireTopic> {
  readonly connection: KafkaConnection;
  /** A compacted topic: what its values are. */
  readonly topic: T;
  /** Its name on the cluster. Default: `topic`. */
  readonly topicName?: string;
  /** Default: all. */
  readonly partitions?: readonly number[];
  /** Called in the order of the partition; `value` is null where the key was deleted. */
  readonly onChange?: (key: string, value: TopicValues[T] | null, record: InputRecord) => void;
  /** A record that cannot be decoded; the key keeps its last good value. */
  readonly onInvalid?: (record: InputRecord, error: unknown) => void;
  /** The table will not be up to date any more. Called once. */
  readonly onFailure?: (error: DynamicDeepError) => void;
}

/**
 * A compacted topic, held whole in memory and followed. Every process reads all of it: the consumer has a group of its
 * own, commits nothing and starts at the beginning. Read committed.
 */
export class CompactedTable<T extends WireTopic> {
  private readonly options: TableOptions<T>;
  private readonly consumer: Consumer;
  private readonly name: string;
  private readonly values = new Map<string, TopicValues[T]>();
  private readonly progress = new Progress();
  private firstPass: Promise<void> | undefined;
  private failed: DynamicDeepError | undefined;

  private constructor(options: TableOptions<T>) {
    this.options = options;
    this.name = options.topicName ?? options.topic;
    this.consumer = options.connection.kafka.consumer({
      groupId: `table-${this.name}-${randomUUID()}`,
      partitionAssigners: [soloAssigner(options.partitions)],
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      retry: RETRY,
    });
  }

  /** Starts reading. Await `ready` before relying on what is, or is not, there. */
  static async open<T extends WireTopic>(options: TableOptions<T>): Promise<CompactedTable<T>> {
    const table = new CompactedTable(options);
    await table.start();
    return table;
  }

  /** Resolves when everything is read that the topic held at the start. Rejects with CONSUMER_FAILED. */
  ready(): Promise<void> {
    this.firstPass ??= this.catchUp();
    return this.firstPass;
  }

  /** Resolves when everything is read that the topic holds now. Rejects with CONSUMER_FAILED after `limitMs` (60 s). */
  async catchUp(limitMs = 60_000): Promise<void> {
    if (this.failed !== undefined) throw this.failed;
    const { connection, partitions } = this.options;
    const ends = await connection.admin.fetchTopicOffsets(this.name);
    const wanted = ends.filter(({ partition }) => partitions?.includes(partition) ?? true);
    const targets = wanted.filter(({ low, high }) => Number(high) > Number(low));
    await this.progress.reach(new Map(targets.map(({ partition, high }) => [partition, Number(high)])), limitMs);
  }

  get(key: string): TopicValues[T] | undefined {
    return this.values.get(key);
  }

  entries(): IterableIterator<[string, TopicValues[T]]> {
    return this.values.entries();
  }

  get size(): number {
    return this.values.size;
  }

  async close(): Promise<void> {
    this.progress.fail(new DynamicDeepError('CONSUMER_FAILED', `The table of ${this.name} is closed.`));
    await this.consumer.disconnect();
  }

  private async start(): Promise<void> {
    const { consumer } = this;
    const { CRASH, END_BATCH_PROCESS, FETCH, START_BATCH_PROCESS } = consumer.events;
    consumer.on(CRASH, ({ payload }) => {
      if (payload.restart) return;
      const text = `The table of ${this.name} cannot be read: ${messageOf(payload.error)}`;
      this.failed = new DynamicDeepError('CONSUMER_FAILED', text, { cause: payload.error });
      this.progress.fail(this.failed);
      this.options.onFailure?.(this.failed);
    });
    consumer.on(FETCH, ({ payload }) => {
      // A fetch that failed comes back at once, and says nothing about what there is to read.
      if (payload.duration >= 0.8 * FETCH_WAIT_MS) this.progress.fetched();
    });
    consumer.on(START_BATCH_PROCESS, () => {
      this.progress.delivered();
    });
    consumer.on(END_BATCH_PROCESS, ({ payload }) => {
      this.progress.moved(payload.partition, Number(payload.lastOffset) + 1);
    });
    await consumer.connect();
    await consumer.subscribe({ topics: [this.name], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        for (const message of batch.messages) this.apply(toInputRecord(batch.topic, batch.partition, message));
        return Promise.resolve();
      },
    });
  }

  private apply(record: InputRecord): void {
    const key = record.key?.toString() ?? '';
    let value: TopicValues[T] | null;
    try {
      value = record.value === null ? null : decode(this.options.topic, record.value);
    } catch (error) {
      this.options.onInvalid?.(record, error);
      return;
    }
    if (value === null) this.values.delete(key);
    else this.values.set(key, value);
    this.options.onChange?.(key, value, record);
  }
}
