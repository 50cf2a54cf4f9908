/**
 * ecg.alarms -> one post per change, repeated until the receiver acknowledges it. Delivery is at least once, and in order
 * within a partition and thus within a bed; partitions do not wait for each other.
 */
import { messageOf } from '../lib/errors/index.js';
import {
  reportingHooks,
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

/** A dead member must be noticed soon, since its beds are silent until then. Our own work never keeps the consumer waiting. */
const LIMITS = { sessionTimeoutMs: 10_000, heartbeatMs: 1000 };

/** Handles a record of ecg.alarms. A record that cannot be decoded is counted, and stays on the topic. */
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
    hooks: reportingHooks(metrics, logger),
  });
}
