/** Composes the decoder: models, broker, pipeline, health. */
import { checkTopics, connectKafka } from '../lib/kafka/index.js';
import { InferenceWorker } from '../lib/model/inference-worker.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { composeService } from '../lib/runtime/compose-service.js';
import { createLogger } from '../lib/runtime/logger.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { codecFolders, readCodecs } from './codecs.js';
import type { DecoderConfig } from './config.js';
import type { DecoderOperations } from './inference.worker.js';
import { decoderMetrics } from './metrics.js';
import { INPUTS, startPipeline, type DecoderPipeline } from './pipeline.js';

const TOPICS = [...INPUTS, 'ecg.streams', 'ecg.signals', 'ecg.originals', 'ecg.deadletter'];

export async function runDecoder(config: DecoderConfig, { version }: CommandContext): Promise<number> {
  const logger = createLogger({ name: 'decoder-stream', level: config.logLevel, identifiers: config.logIdentifiers });
  const folders = await codecFolders(config.models ?? SHIPPED_MODELS, config.olderCodecs);
  const codecs = await readCodecs(folders);
  logger.info({ codecs: [...codecs.keys()] }, 'codecs');
  const names = [...codecs.values()].flatMap(({ ladder }) => ladder.rungs.map(({ name }) => name));
  const metrics = decoderMetrics([...new Set(names)], version);
  let pipeline: DecoderPipeline | undefined;
  return composeService({
    name: 'decoder-stream',
    logger,
    config,
    metrics: metrics.registry,
    readiness: { assignment: () => ({ ok: pipeline?.processor.ready ?? false }) },
    start: async (service, own) => {
      const url = new URL('./inference.worker.js', import.meta.url);
      const worker = own(new InferenceWorker<DecoderOperations>(url, { codecs: folders }, service.fail), (open) =>
        open.close(),
      );
      await worker.call('ready', undefined);
      const connection = own(
        await connectKafka({
          brokers: config.kafkaBrokers,
          clientId: 'decoder-stream',
          logger,
          waitUntil: service.draining,
        }),
        ({ close }) => close(),
      );
      await checkTopics(connection.admin, TOPICS);
      service.enter('joining');
      const { groupId } = config;
      pipeline = own(
        await startPipeline({ connection, groupId, codecs, worker, metrics, logger, onFailure: service.fail }),
        ({ stop }) => stop(),
      );
      service.enter('running');
    },
  });
}
