/** The tasks' networks in their own thread. */
import { workerData } from 'node:worker_threads';
import { serveInference } from '../lib/model/inference-worker.js';
import { loadTaskNetworks } from '../lib/tasks/networks.js';
import type { OwnTaskDeclaration } from '../lib/tasks/own/folder.js';
import { loadOwnTasks, runOwnTask, type OwnErrors, type SignalPair } from '../lib/tasks/own/run.js';

export interface TaskWorkerData {
  /** Folder of the models. */
  readonly models: string;
  readonly ownTasks?: readonly OwnTaskDeclaration[];
}

const { models, ownTasks = [] } = workerData as TaskWorkerData;
const networks = loadTaskNetworks(models);
const own = loadOwnTasks(ownTasks);
// `ready` says it.
own.catch(() => undefined);

const operations = {
  /** Resolves when the networks are loaded and have run once. */
  ready: async (): Promise<void> => {
    const { rhythm, rpnet } = await networks;
    rhythm.run(new Float32Array(8960), 1);
    rpnet.run(new Float32Array(2304), 1);
    await own;
  },
  /** Logits of `n` rows of equally many steps. */
  rhythm: async ({ input, n }: { input: Float32Array; n: number }): Promise<Float32Array> =>
    (await networks).rhythm.run(input, n)[0] ?? new Float32Array(),
  /** Distance maps of `n` rows of equal length, a multiple of 64. */
  peaks: async ({ input, n }: { input: Float32Array; n: number }): Promise<Float32Array> =>
    (await networks).rpnet.run(input, n)[0] ?? new Float32Array(),
  own: async ({ name, pairs }: { name: string; pairs: readonly SignalPair[] }): Promise<OwnErrors> =>
    runOwnTask(await own, name, pairs),
};
export type TaskOperations = typeof operations;

serveInference(operations);
