/** Finds out whether a late frame is in the log already, for streams that a newly started decoder does not know. */
import { DynamicDeepError, messageOf } from '../lib/errors/index.js';
import { isBrokersFault, TopicTail, type InputRecord, type KafkaConnection } from '../lib/kafka/index.js';
import type { SegmentFrame } from '../lib/wire/index.js';

/** Milliseconds between `sentAt` and timestamp from which a frame may be a repeat: one try keeps its timestamp for about 26 s. */
const LATE_MS = 10_000;
/** Wall milliseconds for one search. Together with the reader's start it must end before the processor takes it for hung. */
const SEARCH_MS = 30_000;

/**
 * Returns the wall time, milliseconds UTC, from which on the log may hold the same frame; undefined if it was not sent before.
 * A frame keeps the time at which it was made, and each try has its own timestamp. Both are from the gateway's clock, which
 * may have been set in between.
 */
export function mayBeInLogSince({ timestamp }: InputRecord, { sentAt }: SegmentFrame): number | undefined {
  return Math.abs(timestamp - sentAt) < LATE_MS ? undefined : Math.min(timestamp, sentAt);
}

/**
 * Whether the same bytes stand before the record in its partition, at or after `since` (wall milliseconds UTC). Rejects
 * if they are not found and the log cannot be read up to the record within 30 s: it is then unknown whether it is a repeat.
 */
export async function isInLog(connection: KafkaConnection, record: InputRecord, since: number): Promise<boolean> {
  const { topic, partition, offset, value } = record;
  let tell: (isFound: boolean) => void = () => undefined;
  const found = new Promise<boolean>((resolve) => {
    tell = resolve;
  });
  let tail: TopicTail | undefined;
  try {
    tail = await TopicTail.open({
      connection,
      topics: [topic],
      partitions: [partition],
      from: since,
      onRecord: (earlier) => {
        if (earlier.offset >= offset) tell(false);
        else if (value !== null && earlier.value?.equals(value) === true) tell(true);
      },
    });
    return await Promise.race([found, tail.catchUp(SEARCH_MS).then(() => false)]);
  } catch (error) {
    const text = `an earlier copy of a frame cannot be looked for: ${messageOf(error)}`;
    if (isBrokersFault(error)) throw new DynamicDeepError('CONSUMER_FAILED', text, { cause: error });
    // Not an error that clears the record: in the end the record is dead-lettered, and the partition goes on.
    throw new Error(text, { cause: error });
  } finally {
    await tail?.close();
  }
}
