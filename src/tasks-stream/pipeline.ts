/**
 * ecg.signals, ecg.originals -> context per stream -> rhythm and R-peaks -> ecg.rhythms, ecg.beats, ecg.alarms; the same
 * tasks on the originals of audited records -> ecg.audit-results; ecg.alarm-commands -> ecg.alarms. Exactly once, with the
 * state of the alarm rules in ecg.alarm-state (docs/delivery.md).
 */
import { messageOf } from '../lib/errors/index.js';
import {
  CompactedTable,
  reportFailedRecord,
  reportingHooks,
  runExactlyOnce,
  type ExactlyOnceProcessor,
  type KafkaConnection,
  type Logger,
} from '../lib/kafka/index.js';
import type { Inference } from '../lib/tasks/inference.js';
import type { OwnTasks } from '../lib/tasks/own/own-tasks.js';
import type { BedPolicies } from './bed-policies.js';
import { INPUTS } from './inputs.js';
import type { TasksMetrics } from './metrics.js';
import { TasksTask } from './tasks-task.js';

export interface TasksPipelineOptions {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  readonly inference: Inference;
  readonly ownTasks: Pick<OwnTasks, 'names' | 'errors'>;
  /** Read to their end. */
  readonly policies: BedPolicies;
  readonly models: Readonly<Record<string, string>> & { readonly rhythm: string; readonly peaks: string };
  readonly metrics: TasksMetrics;
  readonly logger: Logger;
  readonly onFailure: (error: Error) => void;
  readonly onStateDropped: (device: string, reason: string) => void;
}

export async function startPipeline(options: TasksPipelineOptions): Promise<ExactlyOnceProcessor> {
  const { connection, groupId, inference, ownTasks, policies, models, metrics, logger, onFailure, onStateDropped } =
    options;
  return runExactlyOnce({
    connection,
    groupId,
    inputs: INPUTS,
    createTask: async ({ index }) => {
      // The predecessor is fenced by now: what the topic holds is final, and is read once.
      const state = await CompactedTable.open({
        connection,
        topic: 'ecg.alarm-state',
        partitions: [index],
        onInvalid: ({ key }, error) => {
          onStateDropped(String(key), messageOf(error));
        },
      });
      try {
        // Not `ready`, which may take as long as the watchdog waits: a slow reading is to be tried again.
        await state.catchUp();
        const saved = new Map(state.entries());
        return new TasksTask({ inference, ownTasks, policies, models, metrics, saved, onStateDropped });
      } finally {
        await state.close();
      }
    },
    onFailure,
    hooks: {
      ...reportingHooks(metrics, logger),
      onHandlerFailed: reportFailedRecord(metrics.countHandlerFailed, logger),
    },
  });
}
