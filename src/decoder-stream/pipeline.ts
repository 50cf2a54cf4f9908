/**
 * ecg.segments, ecg.audits -> sequence check -> decode -> ecg.signals, ecg.originals. What cannot be decoded goes to
 * ecg.deadletter. Delivery is exactly once: outputs and offsets are one transaction (docs/delivery.md).
 */
import {
  CompactedTable,
  reportFailedRecord,
  reportingHooks,
  reportUnreadable,
  runExactlyOnce,
  type ExactlyOnceProcessor,
  type KafkaConnection,
  type Logger,
} from '../lib/kafka/index.js';
import type { InferenceWorker } from '../lib/model/inference-worker.js';
import { ChannelTable } from '../lib/wire/index.js';
import type { Codecs } from './codecs.js';
import { DecoderTask } from './decoder-task.js';
import { isInLog } from './earlier-copy.js';
import type { DecoderOperations } from './inference.worker.js';
import type { DecoderMetrics } from './metrics.js';

export interface DecoderPipelineOptions {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  readonly codecs: Codecs;
  readonly worker: InferenceWorker<DecoderOperations>;
  readonly metrics: DecoderMetrics;
  readonly logger: Logger;
  readonly onFailure: (error: Error) => void;
}

export interface DecoderPipeline {
  readonly processor: ExactlyOnceProcessor;
  readonly stop: () => Promise<void>;
}

export const INPUTS = ['ecg.segments', 'ecg.audits'] as const;

export async function startPipeline(options: DecoderPipelineOptions): Promise<DecoderPipeline> {
  const { connection, groupId, codecs, worker, metrics, logger, onFailure } = options;
  const channels = new ChannelTable();
  const streams = await CompactedTable.open({
    connection,
    topic: 'ecg.streams',
    onFailure,
    onChange: (stream, info) => {
      channels.take(stream, info);
    },
    onInvalid: reportUnreadable(logger),
  });
  await streams.ready();
  const catchUp = (): Promise<void> => streams.catchUp();
  const reporting = reportingHooks(metrics, logger);
  const processor = await runExactlyOnce({
    connection,
    groupId,
    inputs: INPUTS,
    createTask: () =>
      new DecoderTask({
        codecs,
        worker,
        metrics,
        channels,
        catchUp,
        isInLog: (record, since) => isInLog(connection, record, since),
      }),
    onFailure,
    hooks: {
      ...reporting,
      onHandlerFailed: reportFailedRecord(metrics.countHandlerFailed, logger),
      onCommit: () => {
        metrics.countTransaction('committed');
      },
      onRetry: (event) => {
        reporting.onRetry(event);
        metrics.countTransaction('aborted');
      },
      onFenced: () => {
        metrics.countTransaction('fenced');
      },
    },
  });
  return {
    processor,
    stop: async () => {
      await processor.stop();
      await streams.close();
    },
  };
}
