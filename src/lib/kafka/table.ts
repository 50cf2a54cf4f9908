import { DynamicDeepError } from '../errors/index.js';
import { decode, type TopicValues, type WireTopic } from '../wire/index.js';
import type { KafkaConnection } from './client.js';
import type { InputRecord } from './records.js';
import { TopicTail } from './tail.js';

/** Wall milliseconds of the first reading, which may take a whole topic. */
const FIRST_PASS_MS = 60_000;
/** Of a later one. A task may wait for it within one call, which the watchdog ends after `hangMs` (60 s). */
const CATCH_UP_MS = 30_000;

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
  readonly onInvalid: (record: InputRecord, error: unknown) => void;
  /** The table will not be up to date any more. Called once. */
  readonly onFailure?: (error: DynamicDeepError) => void;
}

/** A compacted topic, held whole in memory and followed. Every process reads all of it, from the beginning, read committed. */
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
      ...{ connection, topics: [topicName], from: 'beginning' },
      ...(partitions !== undefined && { partitions }),
      ...(onFailure !== undefined && { onFailure }),
      onRecord: (record) => {
        table.apply(record);
      },
    });
    return table;
  }

  /** Resolves when everything is read that the topic held at the start. Rejects with CONSUMER_FAILED. */
  ready(): Promise<void> {
    this.firstPass ??= this.catchUp(FIRST_PASS_MS);
    return this.firstPass;
  }

  /** Resolves when everything is read that the topic holds now. Rejects with CONSUMER_FAILED after `limitMs` (30 s). */
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
