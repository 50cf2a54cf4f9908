/** Counts, logs and skips records that cannot be decoded. */
import { messageOf } from '../lib/errors/index.js';
import type { InputRecord, Logger } from '../lib/kafka/index.js';
import type { DashboardMetrics } from './metrics.js';

export type OnUnreadable = (record: InputRecord, error: unknown) => void;

export function countUnreadable(metrics: Pick<DashboardMetrics, 'dashboardUnreadable'>, logger: Logger): OnUnreadable {
  return ({ topic, partition, offset }, error) => {
    metrics.dashboardUnreadable.inc();
    logger.warn({ topic, partition, offset, reason: messageOf(error) }, 'a record cannot be decoded');
  };
}

/** Wraps `take` so that it never throws: kafkajs would redeliver the whole batch, and give up after a while. */
export function passingOver(
  take: (record: InputRecord) => void,
  onUnreadable: OnUnreadable,
): (record: InputRecord) => void {
  return (record) => {
    try {
      take(record);
    } catch (error) {
      onUnreadable(record, error);
    }
  };
}
