/** Whether a frame that comes late stands in the log already: for streams of which a decoder that has started knows nothing. */
import { DynamicDeepError, messageOf } from '../lib/errors/index.js';
import { isBrokersFault, TopicTail, type InputRecord, type KafkaConnection } from '../lib/kafka/index.js';
import type { SegmentFrame } from '../lib/wire/index.js';

/** A frame that is sent again has been tried for about 26 s under its first timestamp. Milliseconds. */
const LATE_MS = 10_000;
/** Wall milliseconds of one search; with the reader's start it must end before the processor calls it hung. */
const SEARCH_MS = 30_000;

/**
 * Wall milliseconds UTC from which on the log may hold the same frame; undefined where it was not sent before. A frame keeps
 * the time at which it was made, each try has a timestamp of its own; both are the gateway's clock, which may have been set.
 */
export function mayBeInLogSince({ timestamp }: InputRecord, { sentAt }: SegmentFrame): number | undefined {
  return Math.abs(timestamp - sentAt) < LATE_MS ? undefined : Math.min(timestamp, sentAt);
}

/**
 * Whether the same bytes stand before the record in its partition, at or after `since` (wall milliseconds UTC). Rejects
 * where they are not found and the log cannot be read up to the record within 30 s: whether it is a repeat is not known.
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
      ...{ connection, topics: [topic], partitions: [partition], from: since },
      onRecord: (earlier) => {
        if (earlier.offset >= offset) tell(false);
        else if (value !== null && earlier.value?.equals(value) === true) tell(true);
      },
    });
    return await Promise.race([found, tail.catchUp(SEARCH_MS).then(() => false)]);
  } catch (error) {
    const text = `an earlier copy of a frame cannot be looked for: ${messageOf(error)}`;
    if (isBrokersFault(error)) throw new DynamicDeepError('CONSUMER_FAILED', text, { cause: error });
    // Not one that says the record is not to blame: it is put aside in the end, and the partition goes on.
    throw new Error(text, { cause: error });
  } finally {
    await tail?.close();
  }
}
