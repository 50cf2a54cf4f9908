/** Reads a topic from a given time on: first all that it already holds, at once, then each record as it arrives. */
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
  /** Returns what to keep of a record; undefined to drop it. */
  readonly read: (record: InputRecord) => T | undefined;
  /** Called once with the past, ordered only within each partition: the caller sorts it by time. Never called after `close`. */
  readonly onPast: (all: T[]) => void;
  /** Called for each record that comes after `onPast`. */
  readonly onRecord: (one: T) => void;
  /** Called if nothing more will come, or if the past took too long. */
  readonly onFailure: (error: Error) => void;
}

/** Resolves when reading has begun. */
export async function readPastAndLive<T>(options: PastAndLiveOptions<T>): Promise<{ close(): Promise<void> }> {
  const { connection, topic, from, limitMs, read, onPast, onRecord, onFailure } = options;
  let past: T[] | undefined = [];
  let isClosed = false;
  const tail = await TopicTail.open({
    connection,
    topics: [topic],
    from,
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
