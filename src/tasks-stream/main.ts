/** Composes the tasks: models, broker, pipeline, health. */
import { join } from 'node:path';
import { readLadder } from '../lib/codec/ladder.js';
import { checkTopics, connectKafka, type ExactlyOnceProcessor, type KafkaConnection } from '../lib/kafka/index.js';
import { InferenceWorker } from '../lib/model/inference-worker.js';
import { readManifest } from '../lib/model/manifest.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { createLogger } from '../lib/runtime/logger.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { runService } from '../lib/runtime/run-service.js';
import { readTemperature } from '../lib/tasks/rhythm.js';
import type { TasksConfig } from './config.js';
import { createInference } from './inference.js';
import type { TaskOperations } from './inference.worker.js';
import { tasksMetrics } from './metrics.js';
import { INPUTS, startPipeline } from './pipeline.js';

const TOPICS = [
  ...INPUTS,
  'ecg.rhythms',
  'ecg.beats',
  'ecg.alarms',
  'ecg.alarm-state',
  'ecg.audit-results',
  'ecg.deadletter',
];

export async function runTasks(config: TasksConfig, { version }: CommandContext): Promise<number> {
  const logger = createLogger({ name: 'tasks-stream', level: config.logLevel, identifiers: config.logIdentifiers });
  const models = config.models ?? SHIPPED_MODELS;
  const rhythm = await readManifest(join(models, 'rhythm'));
  const peaks = await readManifest(join(models, 'peaks'));
  const ladder = readLadder(await readManifest(join(models, 'codec')));
  const metrics = tasksMetrics(
    ladder.rungs.map(({ name }) => name),
    version,
  );
  let connection: KafkaConnection | undefined;
  let worker: InferenceWorker<TaskOperations> | undefined;
  let processor: ExactlyOnceProcessor | undefined;
  return runService({
    name: 'tasks-stream',
    logger,
    graceMs: config.graceMs,
    forceMs: config.forceMs,
    http: {
      host: config.httpHost,
      port: config.httpPort,
      metrics: metrics.registry,
      readiness: { assignment: () => ({ ok: processor?.ready ?? false }) },
    },
    start: async (service) => {
      const url = new URL('./inference.worker.js', import.meta.url);
      worker = new InferenceWorker<TaskOperations>(url, { models }, service.fail);
      await worker.call('ready', undefined);
      connection = await connectKafka({ brokers: config.kafkaBrokers, clientId: 'tasks-stream', logger });
      await checkTopics(connection.admin, TOPICS);
      service.enter('joining');
      processor = await startPipeline({
        connection,
        groupId: config.groupId,
        inference: createInference({
          worker,
          temperature: readTemperature(rhythm.manifest),
          observe: metrics.observeInference,
        }),
        bounds: { rhythm: config.rhythmBound, peaks: config.peaksBound },
        models: { rhythm: rhythm.hash, peaks: peaks.hash },
        metrics,
        onFailure: service.fail,
      });
      service.enter('running');
    },
    drain: async () => {
      await processor?.stop();
      await connection?.close();
      await worker?.close();
    },
  });
}
