/** Composes the edge: recordings, models, broker, pipeline, health. */
import { join } from 'node:path';
import { readLadder } from '../lib/codec/ladder.js';
import { checkTopics, connectKafka, createEdgeProducer, type EdgeProducer, type KafkaConnection } from '../lib/kafka/index.js'; // prettier-ignore
import { InferenceWorker } from '../lib/model/inference-worker.js';
import { readManifest } from '../lib/model/manifest.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { createLogger } from '../lib/runtime/logger.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { runService } from '../lib/runtime/run-service.js';
import type { EdgeConfig } from './config.js';
import type { EdgeOperations } from './inference.worker.js';
import { edgeMetrics } from './metrics.js';
import { runPipeline } from './pipeline.js';
import { openSources } from './sources.js';

const TOPICS = ['ecg.segments', 'ecg.audits', 'ecg.streams'];

export async function runEdge(config: EdgeConfig, { version }: CommandContext): Promise<number> {
  const logger = createLogger({ name: 'edge-producer', level: config.logLevel, identifiers: config.logIdentifiers });
  const codec = join(config.models ?? SHIPPED_MODELS, 'codec');
  const ladder = readLadder(await readManifest(codec));
  const sources = await openSources({ ...config, beds: config.beds ?? config.records.length }, (record, warning) => {
    // The message names the file: redaction goes by key and would not see it.
    logger.warn({ record, warning: warning.replaceAll(record, '(record)') }, 'recording');
  });
  const metrics = edgeMetrics(
    ladder.rungs.map(({ name }) => name),
    version,
  );
  let connection: KafkaConnection | undefined;
  let producer: EdgeProducer | undefined;
  let worker: InferenceWorker<EdgeOperations> | undefined;
  let ended: Promise<void> | undefined;
  return runService({
    name: 'edge-producer',
    logger,
    graceMs: config.graceMs,
    forceMs: config.forceMs,
    http: { host: config.httpHost, port: config.httpPort, metrics: metrics.registry },
    start: async (service) => {
      const url = new URL('./inference.worker.js', import.meta.url);
      worker = new InferenceWorker<EdgeOperations>(url, { codec }, service.fail);
      await worker.call('ready', undefined);
      connection = await connectKafka({ brokers: config.kafkaBrokers, clientId: config.gateway, logger });
      await checkTopics(connection.admin, TOPICS);
      producer = await createEdgeProducer(connection);
      metrics.setCertified(false);
      const { rhythmBound, peaksBound } = config;
      logger.warn(
        { certified: false, rhythmBound, peaksBound },
        'the bounds come from configuration and are not certified',
      );
      ended = runPipeline({
        config,
        connection,
        producer,
        ladder,
        worker,
        metrics,
        logger,
        sources,
        signal: service.draining,
      });
      ended.then(() => {
        service.finish('every stream has ended');
      }, service.fail);
      service.enter('running');
    },
    drain: async () => {
      await ended;
      await producer?.close();
      await connection?.close();
      await worker?.close();
    },
  });
}
