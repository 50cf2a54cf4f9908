/** Records that cannot be decoded: counted, logged, passed over. */
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

/** `take`, which never throws: kafkajs would deliver the whole batch again, and give up after a while. */
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
