/**
 * ecg.alarms -> a post per change, until the receiver acknowledges it. At least once; in order within a partition, so
 * within a bed; partitions do not wait for each other.
 */
import { messageOf } from '../lib/errors/index.js';
import {
  runAtLeastOnce,
  type InputRecord,
  type KafkaConnection,
  type Processor,
  type RecordContext,
} from '../lib/kafka/index.js';
import { decode, type AlarmEvent } from '../lib/wire/index.js';
import { deliver, type DeliverySettings } from './delivery.js';

export interface WebhookPipelineOptions extends DeliverySettings {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  readonly onFailure: (error: Error) => void;
}

export const INPUT = 'ecg.alarms';

/** A member that died is missed soon: its beds are silent until then. No work of ours ever keeps the consumer waiting. */
const LIMITS = { sessionTimeoutMs: 10_000, heartbeatMs: 1000 };

/** What is done with a record of ecg.alarms; one that cannot be decoded is counted, and stays on the topic. */
export function alarmHandler(settings: DeliverySettings) {
  const { metrics, logger } = settings;
  return async (record: InputRecord, context: RecordContext): Promise<void> => {
    let alarm: AlarmEvent;
    try {
      alarm = decode(INPUT, record.value);
    } catch (error) {
      const { partition, offset } = record;
      metrics.countUnreadable();
      logger.error({ partition, offset, reason: messageOf(error) }, 'a record of ecg.alarms cannot be decoded');
      return;
    }
    await deliver(alarm, record, context, settings);
  };
}

export function startPipeline(options: WebhookPipelineOptions): Promise<Processor> {
  const { connection, groupId, metrics, logger, onFailure } = options;
  return runAtLeastOnce({
    connection,
    groupId,
    input: INPUT,
    limits: LIMITS,
    handler: alarmHandler(options),
    onFailure,
    hooks: {
      onRebalance: metrics.countRebalance,
      onLag: metrics.setLag,
      onRetry: ({ index, error }) => {
        logger.warn({ partition: index, reason: messageOf(error) }, 'the partition is opened anew');
      },
      onLost: ({ index, from, to }) => {
        logger.error({ partition: index, from, to }, 'changes of alarms were gone before they were read');
        // Below `from` the topic was made anew: how much is gone nobody knows.
        metrics.countLost(Math.max(1, to - from));
      },
    },
  });
}
