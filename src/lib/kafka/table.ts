import { DynamicDeepError } from '../errors/index.js';
import { decode, type TopicValues, type WireTopic } from '../wire/index.js';
import type { KafkaConnection } from './client.js';
import type { InputRecord } from './records.js';
import { TopicTail } from './tail.js';

/** Wall milliseconds allowed for the first reading, which may cover a whole topic. */
const FIRST_PASS_MS = 60_000;
/** The same for a later reading. A task may wait for it within one call, for which the watchdog allows `hangMs` (60 s). */
const CATCH_UP_MS = 30_000;

export interface TableOptions<T extends WireTopic> {
  readonly connection: KafkaConnection;
  /** The compacted topic, which determines the type of the values. */
  readonly topic: T;
  /** Its name on the cluster. Default: `topic`. */
  readonly topicName?: string;
  /** Default: all. */
  readonly partitions?: readonly number[];
  /** Called in the order of each partition; `value` is null if the key was deleted. */
  readonly onChange?: (key: string, value: TopicValues[T] | null, record: InputRecord) => void;
  /** Called for a record that cannot be decoded; the key keeps its last good value. */
  readonly onInvalid: (record: InputRecord, error: unknown) => void;
  /** Called once, when the table will no longer be kept up to date. */
  readonly onFailure?: (error: DynamicDeepError) => void;
}

/** A compacted topic, held in memory as a whole and kept up to date. Each process reads it from the beginning, read committed. */
export class CompactedTable<T extends WireTopic> {
  private readonly options: TableOptions<T>;
  private readonly values = new Map<string, TopicValues[T]>();
  private tail: TopicTail | undefined;
  private firstPass: Promise<void> | undefined;

  private constructor(options: TableOptions<T>) {
    this.options = options;
  }

  /** Starts reading. Await `ready` before relying on what is, or is not, there. */
  static async open<T extends WireTopic>(options: TableOptions<T>): Promise<CompactedTable<T>> {
    const table = new CompactedTable(options);
    const { connection, topic, topicName = topic, partitions, onFailure } = options;
    table.tail = await TopicTail.open({
      connection,
      topics: [topicName],
      from: 'beginning',
      ...(partitions !== undefined && { partitions }),
      ...(onFailure !== undefined && { onFailure }),
      onRecord: (record) => {
        table.apply(record);
      },
    });
    return table;
  }

  /** Resolves when everything has been read that the topic held at the first call. Rejects with CONSUMER_FAILED. */
  ready(): Promise<void> {
    this.firstPass ??= this.catchUp(FIRST_PASS_MS);
    return this.firstPass;
  }

  /** Resolves when everything has been read that the topic holds now. Rejects with CONSUMER_FAILED after `limitMs` (30 s). */
  async catchUp(limitMs = CATCH_UP_MS): Promise<void> {
    await this.tail?.catchUp(limitMs);
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
    await this.tail?.close();
  }

  private apply(record: InputRecord): void {
    const key = record.key?.toString() ?? '';
    let value: TopicValues[T] | null;
    try {
      value = record.value === null ? null : decode(this.options.topic, record.value);
    } catch (error) {
      this.options.onInvalid(record, error);
      return;
    }
    if (value === null) this.values.delete(key);
    else this.values.set(key, value);
    this.options.onChange?.(key, value, record);
  }
}
