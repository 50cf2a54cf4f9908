/** Composes the edge: recordings or live devices, models, broker, pipeline, health. */
import { join } from 'node:path';
import { readLadder } from '../lib/codec/ladder.js';
import { checkTopics, connectKafka, createEdgeProducer, type Logger } from '../lib/kafka/index.js';
import { InferenceWorker } from '../lib/model/inference-worker.js';
import { readManifest } from '../lib/model/manifest.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { composeService } from '../lib/runtime/compose-service.js';
import { createLogger } from '../lib/runtime/logger.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { listenAddress, type EdgeConfig } from './config.js';
import type { EdgeOperations } from './inference.worker.js';
import { liveInput } from './live/server.js';
import { edgeMetrics, type LiveMetrics } from './metrics.js';
import { runPipeline } from './pipeline.js';
import { replayInput } from './replay.js';
import { openSources } from './sources.js';
import type { EdgeInput } from './streams.js';

const TOPICS = ['ecg.segments', 'ecg.audits', 'ecg.streams'];

export async function runEdge(config: EdgeConfig, { version }: CommandContext): Promise<number> {
  const logger = createLogger({ name: 'edge-producer', level: config.logLevel, identifiers: config.logIdentifiers });
  const codec = join(config.models ?? SHIPPED_MODELS, 'codec');
  const ladder = readLadder(await readManifest(codec));
  const metrics = edgeMetrics(
    ladder.rungs.map(({ name }) => name),
    version,
  );
  const input = await openInput(config, metrics, logger);
  return composeService({
    name: 'edge-producer',
    logger,
    config,
    metrics: metrics.registry,
    start: async (service, own) => {
      const url = new URL('./inference.worker.js', import.meta.url);
      const worker = own(new InferenceWorker<EdgeOperations>(url, { codec }, service.fail), (open) => open.close());
      await worker.call('ready', undefined);
      const connection = own(
        await connectKafka({ brokers: config.kafkaBrokers, clientId: config.gateway, logger }),
        ({ close }) => close(),
      );
      await checkTopics(connection.admin, TOPICS);
      const producer = own(await createEdgeProducer(connection), (open) => open.close());
      metrics.setCertified(false);
      const { rhythmBound, peaksBound } = config;
      logger.warn(
        { certified: false, rhythmBound, peaksBound },
        'the bounds come from configuration and are not certified',
      );
      const signal = service.draining;
      const ended = own(
        runPipeline({ config, connection, producer, ladder, worker, metrics, logger, input, signal }),
        // It ends by the signal: what it holds is sent before the producer goes.
        (work) => work,
      );
      ended.then(() => {
        service.finish('every stream has ended');
      }, service.fail);
      service.enter('running');
    },
  });
}

async function openInput(config: EdgeConfig, metrics: LiveMetrics, logger: Logger): Promise<EdgeInput> {
  const { listen, records = [] } = config;
  if (listen !== undefined) return liveInput({ ...config, ...listenAddress(listen), metrics, logger });
  const sources = await openSources({ ...config, records, beds: config.beds ?? records.length }, (record, warning) => {
    // The message names the file: redaction goes by key and would not see it.
    logger.warn({ record, warning: warning.replaceAll(record, '(record)') }, 'recording');
  });
  return replayInput(sources, config);
}
