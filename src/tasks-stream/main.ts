/** Composes the tasks: models, broker, policies, pipeline, health. */
import { join } from 'node:path';
import { readLadder } from '../lib/codec/ladder.js';
import { checkTopics, connectKafka, type ExactlyOnceProcessor } from '../lib/kafka/index.js';
import { InferenceWorker } from '../lib/model/inference-worker.js';
import { readManifest } from '../lib/model/manifest.js';
import type { CommandContext } from '../lib/runtime/command.js';
import { composeService } from '../lib/runtime/compose-service.js';
import { createLogger } from '../lib/runtime/logger.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { readOwnTasks } from '../lib/tasks/own/folder.js';
import { readTemperature } from '../lib/tasks/rhythm.js';
import { followAudits } from './audit-monitor.js';
import { followPolicies } from './bed-policies.js';
import type { TasksConfig } from './config.js';
import { workerInference, workerOwnTasks } from './inference.js';
import type { TaskOperations, TaskWorkerData } from './inference.worker.js';
import { INPUTS } from './inputs.js';
import { tasksMetrics } from './metrics.js';
import { startPipeline } from './pipeline.js';

const TABLES = ['ecg.policy', 'ecg.streams'];
const OUTPUTS = ['ecg.rhythms', 'ecg.beats', 'ecg.alarms', 'ecg.alarm-state', 'ecg.audit-results', 'ecg.deadletter'];

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
  const declared = await readOwnTasks({ models, folders: config.tasks });
  let processor: ExactlyOnceProcessor | undefined;
  return composeService({
    name: 'tasks-stream',
    logger,
    config,
    metrics: metrics.registry,
    readiness: { assignment: () => ({ ok: processor?.ready ?? false }) },
    start: async (service, own) => {
      const url = new URL('./inference.worker.js', import.meta.url);
      const data: TaskWorkerData = { models, ownTasks: declared };
      const worker = own(new InferenceWorker<TaskOperations>(url, data, service.fail), (open) => open.close());
      await worker.call('ready', undefined);
      const connection = own(
        await connectKafka({
          brokers: config.kafkaBrokers,
          clientId: 'tasks-stream',
          logger,
          waitUntil: service.draining,
        }),
        ({ close }) => close(),
      );
      await checkTopics(connection.admin, [...INPUTS, ...TABLES, ...OUTPUTS]);
      const policies = own(await followPolicies({ connection, metrics, logger, onFailure: service.fail }), (open) =>
        open.close(),
      );
      own(
        await followAudits({ connection, policies: policies.view, metrics, logger, onFailure: service.fail }),
        (open) => open.close(),
      );
      service.enter('joining');
      const temperature = readTemperature(rhythm.manifest);
      const observe = metrics.observeInference;
      const ownTasks = workerOwnTasks({
        worker,
        declared,
        observe,
        onFailure: (task, reason) => {
          logger.error({ task, reason }, 'a task of your own failed: its error is none, and a violation');
        },
      });
      processor = own(
        await startPipeline({
          connection,
          groupId: config.groupId,
          inference: workerInference({ worker, temperature, observe }),
          ownTasks,
          policies: policies.view,
          models: { ...ownTasks.hashes, rhythm: rhythm.hash, peaks: peaks.hash },
          metrics,
          logger,
          onFailure: service.fail,
          onStateDropped: (device, reason) => {
            logger.warn({ device, reason }, 'the saved alarm state cannot be read: the alarms of this bed begin anew');
          },
        }),
        (open) => open.stop(),
      );
      service.enter('running');
    },
  });
}
