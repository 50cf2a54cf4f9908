/** Composes the decoder: models, broker, pipeline, health. */
import { join } from 'node:path';
import { readLadder } from '../lib/codec/ladder.js';
import { checkTopics, connectKafka, type KafkaConnection } from '../lib/kafka/index.js';
import { InferenceWorker } from '../lib/model/inference-worker.js';
import { readManifest } from '../lib/model/manifest.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { createLogger } from '../lib/runtime/logger.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { runService } from '../lib/runtime/run-service.js';
import type { DecoderConfig } from './config.js';
import type { DecoderOperations } from './inference.worker.js';
import { decoderMetrics } from './metrics.js';
import { INPUTS, startPipeline, type DecoderPipeline } from './pipeline.js';

const TOPICS = [...INPUTS, 'ecg.streams', 'ecg.signals', 'ecg.originals', 'ecg.deadletter'];

export async function runDecoder(config: DecoderConfig, { version }: CommandContext): Promise<number> {
  const logger = createLogger({ name: 'decoder-stream', level: config.logLevel, identifiers: config.logIdentifiers });
  const codec = join(config.models ?? SHIPPED_MODELS, 'codec');
  const ladder = readLadder(await readManifest(codec));
  const metrics = decoderMetrics(
    ladder.rungs.map(({ name }) => name),
    version,
  );
  let connection: KafkaConnection | undefined;
  let worker: InferenceWorker<DecoderOperations> | undefined;
  let pipeline: DecoderPipeline | undefined;
  return runService({
    name: 'decoder-stream',
    logger,
    graceMs: config.graceMs,
    forceMs: config.forceMs,
    http: {
      host: config.httpHost,
      port: config.httpPort,
      metrics: metrics.registry,
      readiness: { assignment: () => ({ ok: pipeline?.processor.ready ?? false }) },
    },
    start: async (service) => {
      const url = new URL('./inference.worker.js', import.meta.url);
      worker = new InferenceWorker<DecoderOperations>(url, { codec }, service.fail);
      await worker.call('ready', undefined);
      connection = await connectKafka({ brokers: config.kafkaBrokers, clientId: 'decoder-stream', logger });
      await checkTopics(connection.admin, TOPICS);
      service.enter('joining');
      pipeline = await startPipeline({
        connection,
        groupId: config.groupId,
        ladder,
        worker,
        metrics,
        onFailure: service.fail,
      });
      service.enter('running');
    },
    drain: async () => {
      await pipeline?.stop();
      await connection?.close();
      await worker?.close();
    },
  });
}
