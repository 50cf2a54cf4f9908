/** The tasks' networks, as the worker thread runs them. */
import type { InferenceWorker } from '../lib/model/inference-worker.js';
import { createInference, type Inference } from '../lib/tasks/inference.js';
import type { TaskOperations } from './inference.worker.js';

export interface WorkerInferenceOptions {
  readonly worker: InferenceWorker<TaskOperations>;
  readonly temperature: number;
  /** Hears of the wall seconds of each run. */
  readonly observe: (network: 'rhythm' | 'peaks', seconds: number) => void;
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
