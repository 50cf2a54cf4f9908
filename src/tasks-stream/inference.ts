/** The tasks' networks, as the worker thread runs them. */
import type { InferenceWorker } from '../lib/model/inference-worker.js';
import { createInference, type Inference } from '../lib/tasks/inference.js';
import type { OwnTaskDeclaration } from '../lib/tasks/own/folder.js';
import { createOwnTasks, type OwnTasks } from '../lib/tasks/own/own-tasks.js';
import type { TaskOperations } from './inference.worker.js';

export interface WorkerInferenceOptions {
  readonly worker: InferenceWorker<TaskOperations>;
  readonly temperature: number;
  /** Hears of the wall seconds of each run. */
  readonly observe: (network: 'rhythm' | 'peaks' | 'own', seconds: number) => void;
}

export function workerInference({ worker, temperature, observe }: WorkerInferenceOptions): Inference {
  return createInference({
    temperature,
    run: async (network, input, n) => {
      const started = performance.now();
      const output = await worker.call(network, { input, n });
      observe(network, (performance.now() - started) / 1000);
      return output;
    },
  });
}

export interface WorkerOwnTasksOptions extends Pick<WorkerInferenceOptions, 'worker' | 'observe'> {
  readonly declared: readonly OwnTaskDeclaration[];
  readonly onFailure: (name: string, failure: string) => void;
}

export function workerOwnTasks({ worker, declared, observe, onFailure }: WorkerOwnTasksOptions): OwnTasks {
  return createOwnTasks({
    ...{ declared, onFailure },
    run: async (name, pairs) => {
      const started = performance.now();
      const output = await worker.call('own', { name, pairs });
      observe('own', (performance.now() - started) / 1000);
      return output;
    },
  });
}
