/** Reads a topic from a time on: what it holds already as one whole, then each record as it comes. */
import type { KafkaConnection } from './client.js';
import type { InputRecord } from './records.js';
import { TopicTail } from './tail.js';

export interface PastAndLiveOptions<T> {
  readonly connection: KafkaConnection;
  readonly topic: string;
  /** Wall milliseconds UTC of the first record wanted. */
  readonly from: number;
  /** Wall milliseconds that reading the past may take. */
  readonly limitMs: number;
  /** What is kept of a record; undefined: nothing. */
  readonly read: (record: InputRecord) => T | undefined;
  /** Once, partition after partition: the caller brings it into the order of time. Never after `close`. */
  readonly onPast: (all: T[]) => void;
  /** From then on. */
  readonly onRecord: (one: T) => void;
  /** Nothing more will come, or the past took too long. */
  readonly onFailure: (error: Error) => void;
}

/** Resolves when reading has begun. */
export async function readPastAndLive<T>(options: PastAndLiveOptions<T>): Promise<{ close(): Promise<void> }> {
  const { connection, topic, from, limitMs, read, onPast, onRecord, onFailure } = options;
  let past: T[] | undefined = [];
  let isClosed = false;
  const tail = await TopicTail.open({
    ...{ connection, topics: [topic], from },
    onRecord: (record) => {
      const one = read(record);
      if (one === undefined) return;
      if (past === undefined) onRecord(one);
      else past.push(one);
    },
    onFailure,
  });
  tail.catchUp(limitMs).then(
    () => {
      const all = past ?? [];
      past = undefined;
      if (!isClosed) onPast(all);
    },
    (error: unknown) => {
      if (!isClosed) onFailure(error as Error);
    },
  );
  return {
    close: () => {
      isClosed = true;
      return tail.close();
    },
  };
}
