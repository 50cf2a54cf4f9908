import type { EachBatchPayload } from 'kafkajs';

import type { Membership } from './membership.js';
import type { PartitionBatch } from './partition-types.js';
import { toInputRecord } from './records.js';

/** A batch of kafkajs as a partition takes it. `running` is asked before every record. */
export function fetchedBatch(
  payload: EachBatchPayload,
  membership: Membership,
  running: () => boolean,
): PartitionBatch {
  const { batch } = payload;
  return {
    topic: batch.topic,
    records: batch.messages.map((message) => toInputRecord(batch.topic, batch.partition, message)),
    // Not in the types of kafkajs: the offset that the fetch asked for.
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
