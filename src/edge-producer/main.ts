/** Composes the edge: recordings or live devices, models, broker, pipeline, health. */
import { join } from 'node:path';
import { Certificates } from '../lib/certification/certificates.js';
import { loadLadder } from '../lib/codec/dense-manifest.js';
import { checkTopics, connectKafka, createEdgeProducer, type Logger } from '../lib/kafka/index.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { composeService } from '../lib/runtime/compose-service.js';
import { createLogger } from '../lib/runtime/logger.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { hashesOf, readOwnTasks } from '../lib/tasks/own/folder.js';
import { followViolations } from './caution.js';
import { listenAddress, type EdgeConfig } from './config.js';
import { startInference, type EdgeInference } from './inference.js';
import { openInputWatch, type InputWatch } from './input-watch.js';
import { liveInput } from './live/server.js';
import { edgeMetrics, type LiveMetrics } from './metrics.js';
import { followPolicies } from './policies.js';
import { runPipeline } from './pipeline.js';
import { replayInput } from './replay.js';
import { openSources } from './sources.js';
import type { EdgeInput } from './streams.js';

const TOPICS = ['ecg.segments', 'ecg.audits', 'ecg.streams', 'ecg.policy'];

export async function runEdge(config: EdgeConfig, { version }: CommandContext): Promise<number> {
  const logger = createLogger({ name: 'edge-producer', level: config.logLevel, identifiers: config.logIdentifiers });
  const models = config.models ?? SHIPPED_MODELS;
  const ladder = await loadLadder(join(models, 'codec'));
  const metrics = edgeMetrics(
    ladder.rungs.map(({ name }) => name),
    version,
  );
  // Until a broker answers no policy is known, so none lacks a certificate.
  metrics.setCertified(true);
  const input = await openInput(config, metrics, logger);
  return composeService({
    name: 'edge-producer',
    logger,
    config,
    metrics: metrics.registry,
    start: async (service, own) => {
      const { predictor } = config;
      const ownTasks = await readOwnTasks({ models, folders: config.tasks });
      const certificates = await Certificates.open(models, ladder, config.certificates, hashesOf(ownTasks));
      const watch = own(
        await openInputWatch({
          codec: join(models, 'codec'),
          ladder,
          reference: config.inputReference,
          metrics,
          logger,
        }),
        (open) => open.close(),
      );
      const inference = own(
        await startInference({
          models,
          ladder,
          predictor,
          ownTasks,
          onFailure: service.fail,
          observe: metrics.observeInference,
          onTaskFailure: (task, reason) => {
            logger.error({ task, reason }, 'a task of your own failed: what it was asked about is not sent');
          },
        }),
        (open) => open.close(),
      );
      await inference.ready();
      const connection = own(
        await connectKafka({
          brokers: config.kafkaBrokers,
          clientId: config.gateway,
          logger,
          waitUntil: service.draining,
        }),
        ({ close }) => close(),
      );
      await checkTopics(connection.admin, [...TOPICS, ...(config.answerViolations ? ['ecg.audit-results'] : [])]);
      const policies = own(
        await followPolicies({
          connection,
          ladder,
          certificates,
          predictor,
          metrics,
          logger,
          gateway: config.gateway,
          ward: config.ward ?? null,
          onFailure: service.fail,
        }),
        (open) => open.close(),
      );
      const answer = !config.answerViolations
        ? undefined
        : own(
            await followViolations({ connection, policies: policies.log, metrics, logger, onFailure: service.fail }),
            (open) => open.close(),
          );
      const producer = own(await createEdgeProducer(connection), (open) => open.close());
      const signal = service.draining;
      const givingUp = new AbortController();
      const giveUp = givingUp.signal;
      const ended = own(
        runPipeline({
          config,
          connection,
          producer,
          ladder,
          certificates,
          inference: watched(inference, watch),
          policies: policies.log,
          answer,
          metrics,
          logger,
          input,
          signal,
          giveUp,
        }),
        // The pipeline ends by the signal. What it holds is sent before the producer closes, or given up after the grace time.
        (work, grace) => {
          abortWith(givingUp, grace);
          return work;
        },
      );
      ended.then(() => {
        service.finish('every stream has ended');
      }, service.fail);
      service.enter('running');
    },
  });
}

/** Aborts `controller` when `signal` is aborted. */
function abortWith(controller: AbortController, signal: AbortSignal): void {
  const abort = (): void => {
    controller.abort(signal.reason);
  };
  if (signal.aborted) abort();
  else signal.addEventListener('abort', abort, { once: true });
}

/** Has the watch compare exactly the windows that the predictor is asked about. */
function watched(inference: EdgeInference, watch: InputWatch): EdgeInference {
  return {
    ...inference,
    choose: (windows) => {
      watch.take(windows);
      return inference.choose(windows);
    },
  };
}

async function openInput(config: EdgeConfig, metrics: LiveMetrics, logger: Logger): Promise<EdgeInput> {
  const { listen, records = [] } = config;
  if (listen !== undefined) return liveInput({ ...config, ...listenAddress(listen), metrics, logger });
  const sources = await openSources({ ...config, records, beds: config.beds ?? records.length }, (record, warning) => {
    // The message contains the file's name, which redaction by key would miss.
    logger.warn({ record, warning: warning.replaceAll(record, '(record)') }, 'recording');
  });
  return replayInput(sources, config);
}
