/** Hooks shared by every service that reads in a group: rebalances and lag as metrics, failures and losses also as log lines. */
import { messageOf } from '../errors/index.js';
import type { Logger } from './logger.js';
import type { GroupHooks, ProcessorHooks } from './processor.js';
import type { InputRecord } from './records.js';

/** The metrics that `reportingHooks` writes. */
export interface GroupMetrics {
  readonly countRebalance: (partitions: number) => void;
  readonly setLag: (topic: string, offsets: number) => void;
  /** Offsets of a topic that were gone before they were read. */
  readonly countLost: (topic: string, offsets: number) => void;
}

export function reportingHooks(metrics: GroupMetrics, logger: Logger): Required<GroupHooks> {
  return {
    onRebalance: metrics.countRebalance,
    onLag: metrics.setLag,
    onRetry: ({ index, error }) => {
      logger.warn({ partition: index, reason: messageOf(error) }, 'the partition is opened anew');
    },
    onLost: ({ index, topic, from, to }) => {
      logger.error({ topic, partition: index, from, to }, 'records were gone before they were read');
      // If the topic was deleted and made again, `to` is below `from`, and nobody knows how many are gone.
      metrics.countLost(topic, Math.max(1, to - from));
    },
  };
}

/** Returns a hook that logs and counts a record that was put aside because the task kept throwing for it. */
export function reportFailedRecord(count: () => void, logger: Logger): NonNullable<ProcessorHooks['onHandlerFailed']> {
  return ({ index, topic, offset, error }) => {
    logger.error(
      { topic, partition: index, offset, reason: messageOf(error) },
      'a record failed again and again: it is put aside',
    );
    count();
  };
}

/** Returns a handler that logs a record of a compacted topic that cannot be decoded; its key keeps the last good value. */
export function reportUnreadable(logger: Logger): (record: InputRecord, error: unknown) => void {
  return ({ topic, partition, offset }, error) => {
    logger.error(
      { topic, partition, offset, reason: messageOf(error) },
      'a record cannot be decoded: what its key had before stays',
    );
  };
}
