import type { EachBatchPayload } from 'kafkajs';

import type { Membership } from './membership.js';
import type { PartitionBatch } from './partition-types.js';
import { toInputRecord } from './records.js';

/** Wraps a batch of kafkajs for a partition. `running` is called before every record. */
export function fetchedBatch(
  payload: EachBatchPayload,
  membership: Membership,
  running: () => boolean,
): PartitionBatch {
  const { batch } = payload;
  return {
    topic: batch.topic,
    records: batch.messages.map((message) => toInputRecord(batch.topic, batch.partition, message)),
    // The offset that the fetch asked for; it is missing from the types of kafkajs.
    fetchedFrom: Number((batch as unknown as { fetchedOffset: string }).fetchedOffset),
    last: Number(batch.lastOffset()),
    interrupted: membership.interrupted,
    resolve: (offset) => {
      payload.resolveOffset(String(offset));
    },
    commit: (next) => {
      const partitions = [{ partition: batch.partition, offset: String(next) }];
      return payload.commitOffsetsIfNecessary({ topics: [{ topic: batch.topic, partitions }] });
    },
    goOn: () => payload.isRunning() && !payload.isStale() && !membership.interrupted.aborted && running(),
    expelled: () => membership.isExpelled,
    stale: () => payload.isStale(),
  };
}
