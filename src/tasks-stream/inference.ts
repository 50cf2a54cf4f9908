/** Runs the tasks' networks on the worker thread. */
import type { InferenceWorker } from '../lib/model/inference-worker.js';
import { createInference, type Inference } from '../lib/tasks/inference.js';
import type { OwnTaskDeclaration } from '../lib/tasks/own/folder.js';
import { createOwnTasks, type OwnTasks } from '../lib/tasks/own/own-tasks.js';
import type { TaskOperations } from './inference.worker.js';

interface WorkerOptions {
  readonly worker: InferenceWorker<TaskOperations>;
  /** Called with the wall seconds of each run. */
  readonly observe: (network: 'rhythm' | 'peaks' | 'own', seconds: number) => void;
}

export interface WorkerInferenceOptions extends WorkerOptions {
  readonly temperature: number;
}

export function workerInference({ temperature, ...options }: WorkerInferenceOptions): Inference {
  return createInference({ temperature, run: (network, input, n) => timed(options, network, { input, n }) });
}

export interface WorkerOwnTasksOptions extends WorkerOptions {
  readonly declared: readonly OwnTaskDeclaration[];
  readonly onFailure: (name: string, failure: string) => void;
}

export function workerOwnTasks({ declared, onFailure, ...options }: WorkerOwnTasksOptions): OwnTasks {
  return createOwnTasks({ declared, onFailure, run: (name, pairs) => timed(options, 'own', { name, pairs }) });
}

async function timed<K extends 'rhythm' | 'peaks' | 'own'>(
  { worker, observe }: WorkerOptions,
  network: K,
  input: Parameters<TaskOperations[K]>[0],
): Promise<Awaited<ReturnType<TaskOperations[K]>>> {
  const started = performance.now();
  const output = await worker.call(network, input);
  observe(network, (performance.now() - started) / 1000);
  return output;
}
