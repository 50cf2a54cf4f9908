import type { Consumer } from 'kafkajs';
import { randomUUID } from 'node:crypto';

import { DynamicDeepError, messageOf } from '../errors/index.js';
import { soloAssigner } from './assigner.js';
import { RETRY, type KafkaConnection } from './client.js';
import { Progress } from './progress.js';
import { toInputRecord, type InputRecord } from './records.js';

const FETCH_WAIT_MS = 100;

export interface TailOptions {
  readonly connection: KafkaConnection;
  readonly topics: readonly string[];
  /** Default: all. */
  readonly partitions?: readonly number[];
  /** 'end': what comes from now on; 'beginning'; or wall milliseconds UTC of the first record wanted. */
  readonly from: 'beginning' | 'end' | number;
  readonly onRecord: (record: InputRecord) => void;
  /** Nothing more will come. Called once. */
  readonly onFailure?: (error: DynamicDeepError) => void;
}

/** Reads topics outside every group, read committed, without committing anything: for views, traces and recounts. */
export class TopicTail {
  private readonly options: TailOptions;
  private readonly consumer: Consumer;
  private readonly progress = new Progress<string>();

  private constructor(options: TailOptions) {
    this.options = options;
    this.consumer = options.connection.kafka.consumer({
      groupId: `tail-${randomUUID()}`,
      partitionAssigners: [soloAssigner(options.partitions)],
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      retry: RETRY,
    });
  }

  /** Resolves when reading has begun; with 'end', everything written after that is seen. */
  static async open(options: TailOptions): Promise<TopicTail> {
    const tail = new TopicTail(options);
    await tail.start();
    return tail;
  }

  /**
   * Resolves when everything is read that the topics hold now, or, with `until` (wall milliseconds UTC), what was written
   * before. Rejects with CONSUMER_FAILED after `limitMs`.
   */
  async catchUp(limitMs = 60_000, until?: number): Promise<void> {
    const { connection, topics } = this.options;
    const targets = new Map<string, number>();
    for (const topic of topics) {
      const ends = until === undefined ? undefined : await firstOffsets(connection, topic, until);
      for (const { partition, low, high } of await connection.admin.fetchTopicOffsets(topic)) {
        const target = Math.min(Number(high), ends?.get(partition) ?? Infinity);
        if (target > Number(low) && this.reads(partition)) targets.set(`${topic}/${partition}`, target);
      }
    }
    await this.progress.reach(targets, limitMs);
  }

  async close(): Promise<void> {
    this.progress.fail(new DynamicDeepError('CONSUMER_FAILED', 'The reader is closed.'));
    await this.consumer.disconnect();
  }

  private async start(): Promise<void> {
    const { connection, topics, from } = this.options;
    const starts = await Promise.all(
      topics.map(async (topic) => ({ topic, offsets: await firstOffsets(connection, topic, from) })),
    );
    this.listen();
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatch: ({ batch }) => {
        for (const message of batch.messages) {
          this.options.onRecord(toInputRecord(batch.topic, batch.partition, message));
        }
        return Promise.resolve();
      },
    });
    for (const { topic, offsets } of starts) {
      for (const [partition, offset] of offsets) {
        if (!this.reads(partition)) continue;
        this.progress.moved(`${topic}/${partition}`, offset);
        this.consumer.seek({ topic, partition, offset: String(offset) });
      }
    }
  }

  private reads(partition: number): boolean {
    return this.options.partitions?.includes(partition) ?? true;
  }

  private listen(): void {
    const { CRASH, END_BATCH_PROCESS, FETCH, START_BATCH_PROCESS } = this.consumer.events;
    this.consumer.on(CRASH, ({ payload }) => {
      if (payload.restart) return;
      const text = `The topics ${this.options.topics.join(', ')} cannot be read: ${messageOf(payload.error)}`;
      const failure = new DynamicDeepError('CONSUMER_FAILED', text, { cause: payload.error });
      this.progress.fail(failure);
      this.options.onFailure?.(failure);
    });
    this.consumer.on(FETCH, ({ payload }) => {
      // A fetch that failed comes back at once, and says nothing about what there is to read.
      if (payload.duration >= 0.8 * FETCH_WAIT_MS) this.progress.fetched();
    });
    this.consumer.on(START_BATCH_PROCESS, () => {
      this.progress.delivered();
    });
    this.consumer.on(END_BATCH_PROCESS, ({ payload }) => {
      this.progress.moved(`${payload.topic}/${payload.partition}`, Number(payload.lastOffset) + 1);
    });
  }
}

async function firstOffsets(
  { admin }: KafkaConnection,
  topic: string,
  from: TailOptions['from'],
): Promise<Map<number, number>> {
  if (typeof from === 'number') {
    const found = await admin.fetchTopicOffsetsByTimestamp(topic, from);
    return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
  }
  const ends = await admin.fetchTopicOffsets(topic);
  return new Map(ends.map(({ partition, low, high }) => [partition, Number(from === 'end' ? high : low)]));
}
