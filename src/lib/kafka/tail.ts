import type { Consumer } from 'kafkajs';
import { randomUUID } from 'node:crypto';

import { DynamicDeepError, messageOf } from '../errors/index.js';
import { soloAssigner } from './assigner.js';
import { METADATA_MAX_AGE_MS, RETRY, type KafkaConnection } from './client.js';
import { Progress } from './progress.js';
import { toInputRecord, type InputRecord } from './records.js';

const FETCH_WAIT_MS = 100;
/**
 * Session timeout, milliseconds. Nobody else takes over a tail's partitions, but a tail that lost its coordinator rejoins as a
 * new member, and waits this long for its old membership to expire.
 */
const SESSION_MS = 10_000;

export interface TailOptions {
  readonly connection: KafkaConnection;
  readonly topics: readonly string[];
  /** Default: all. */
  readonly partitions?: readonly number[];
  /** 'end': only what comes from now on; 'beginning'; or wall milliseconds UTC of the first record wanted. */
  readonly from: 'beginning' | 'end' | number;
  /** Called once for each record, in the order of its partition. */
  readonly onRecord: (record: InputRecord) => void;
  /** Called once, when nothing more will come. */
  readonly onFailure?: (error: DynamicDeepError) => void;
}

/**
 * Reads topics independently of any other reader, read committed, and commits nothing: for tables, views, traces and recounts.
 *
 * kafkajs can read only within a group, so each tail has one of its own. kafkajs rejoins it if a leader has changed or a session
 * has expired, and then knows no offsets any more: the tail goes on from where it was.
 */
export class TopicTail {
  private readonly options: TailOptions;
  private readonly consumer: Consumer;
  private readonly what: string;
  /** Keyed by `topic/partition`. */
  private readonly progress = new Progress();
  private failed: DynamicDeepError | undefined;

  private constructor(options: TailOptions) {
    this.options = options;
    this.what = options.topics.join(', ');
    this.consumer = options.connection.kafka.consumer({
      groupId: `tail-${randomUUID()}`,
      partitionAssigners: [soloAssigner(options.partitions)],
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: FETCH_WAIT_MS,
      sessionTimeout: SESSION_MS,
      metadataMaxAge: METADATA_MAX_AGE_MS,
      retry: RETRY,
    });
  }

  /** Resolves when reading has begun; with 'end', everything written after that is seen. */
  static async open(options: TailOptions): Promise<TopicTail> {
    const tail = new TopicTail(options);
    try {
      await tail.start();
    } catch (error) {
      await tail.consumer.disconnect();
      throw error;
    }
    return tail;
  }

  /**
   * Resolves when everything has been read that the topics hold now; with `until` (wall milliseconds UTC), only what was
   * written before then. Rejects with CONSUMER_FAILED after `limitMs`.
   */
  async catchUp(limitMs = 60_000, until?: number): Promise<void> {
    if (this.failed !== undefined) throw this.failed;
    const targets = new Map<string, number>();
    try {
      for (const topic of this.options.topics) await this.addTargets(targets, topic, until);
    } catch (error) {
      const text = `The end of ${this.what} cannot be found: ${messageOf(error)}`;
      throw new DynamicDeepError('CONSUMER_FAILED', text, { cause: error });
    }
    await this.progress.reach(targets, limitMs, this.what);
  }

  async close(): Promise<void> {
    this.progress.fail(new DynamicDeepError('CONSUMER_FAILED', `The reader of ${this.what} is closed.`));
    await this.consumer.disconnect();
  }

  private async start(): Promise<void> {
    const { connection, topics, from } = this.options;
    for (const topic of topics) {
      for (const [partition, offset] of await firstOffsets(connection, topic, from)) {
        if (this.reads(partition)) this.progress.moved(`${topic}/${partition}`, offset);
      }
    }
    this.listen();
    await this.consumer.connect();
    await this.consumer.subscribe({ topics: [...topics], fromBeginning: true });
    await this.consumer.run({
      autoCommit: false,
      eachBatch: ({ batch: { topic, partition, highWatermark, messages } }) => {
        this.hand(
          `${topic}/${partition}`,
          messages.map((message) => toInputRecord(topic, partition, message)),
          Number(highWatermark),
        );
        return Promise.resolve();
      },
    });
  }

  private hand(partition: string, records: readonly InputRecord[], end: number): void {
    let next = this.progress.position(partition) ?? 0;
    // A log that ends before our position is another one under the same name.
    const isAnother = end < next && (records[0]?.offset ?? next) < next;
    if (isAnother) {
      this.progress.forget(partition);
      next = 0;
    }
    try {
      for (const record of records) {
        // Records that were fetched before a rejoin come again after it.
        if (record.offset < next) continue;
        this.options.onRecord(record);
        next = record.offset + 1;
      }
    } finally {
      this.progress.moved(partition, next);
    }
  }

  private async addTargets(targets: Map<string, number>, topic: string, until: number | undefined): Promise<void> {
    const { connection } = this.options;
    const ends = until === undefined ? undefined : await firstOffsets(connection, topic, until);
    for (const { partition, low, high } of await connection.admin.fetchTopicOffsets(topic)) {
      const target = Math.min(Number(high), ends?.get(partition) ?? Infinity);
      if (target > Number(low) && this.reads(partition)) targets.set(`${topic}/${partition}`, target);
    }
  }

  private reads(partition: number): boolean {
    return this.options.partitions?.includes(partition) ?? true;
  }

  private listen(): void {
    const { CRASH, END_BATCH_PROCESS, GROUP_JOIN } = this.consumer.events;
    this.consumer.on(CRASH, ({ payload }) => {
      if (payload.restart) return;
      const text = `${this.what} cannot be read: ${messageOf(payload.error)}`;
      this.failed = new DynamicDeepError('CONSUMER_FAILED', text, { cause: payload.error });
      this.progress.fail(this.failed);
      this.options.onFailure?.(this.failed);
    });
    this.consumer.on(GROUP_JOIN, ({ payload }) => {
      this.goOn(payload.memberAssignment);
    });
    this.consumer.on(END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset } }) => {
      this.progress.moved(`${topic}/${partition}`, Number(lastOffset) + 1);
    });
  }

  /** Called on joining, before anything is fetched: seeks each partition to where it was, the first time to its start. */
  private goOn(assignment: Readonly<Record<string, readonly number[]>>): void {
    for (const [topic, partitions] of Object.entries(assignment)) {
      for (const partition of partitions) {
        const offset = this.progress.position(`${topic}/${partition}`);
        if (offset !== undefined) this.consumer.seek({ topic, partition, offset: String(offset) });
      }
    }
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
