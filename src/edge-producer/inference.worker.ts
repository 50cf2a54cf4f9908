/** The edge's networks in their own thread. */
import { workerData } from 'node:worker_threads';
import { loadDecoder, loadEncoder } from '../lib/codec/codec-networks.js';
import type { EncoderOutput } from '../lib/codec/network-types.js';
import { serveInference } from '../lib/model/inference-worker.js';
import { loadTaskNetworks } from '../lib/tasks/networks.js';
import type { OwnTaskDeclaration } from '../lib/tasks/own/folder.js';
import { loadOwnTasks, runOwnTask, type OwnErrors, type SignalPair } from '../lib/tasks/own/run.js';

/** Folder of the codec; for the synthesis predictor also that of all models. */
export interface EdgeWorkerData {
  readonly codec: string;
  readonly models: string | undefined;
  readonly ownTasks?: readonly OwnTaskDeclaration[];
}

const { codec, models, ownTasks = [] } = workerData as EdgeWorkerData;
const encoder = loadEncoder(codec, models === undefined);
const decoder = loadDecoder(codec);
const tasks = models === undefined ? undefined : loadTaskNetworks(models);
const own = loadOwnTasks(ownTasks);
// `ready` says it.
own.catch(() => undefined);

async function taskNetworks() {
  if (tasks === undefined) throw new Error('this worker was started without the networks of the tasks');
  return tasks;
}

const operations = {
  /** Resolves when the networks are loaded and have run once. */
  ready: async (): Promise<void> => {
    (await encoder).encode(new Float32Array(1792), 1);
    await decoder;
    await own;
    if (tasks === undefined) return;
    const { rhythm, rpnet } = await tasks;
    rhythm.run(new Float32Array(8960), 1);
    rpnet.run(new Float32Array(1792), 1);
  },
  encode: async ({ windows, n }: { windows: Float32Array; n: number }): Promise<EncoderOutput> =>
    (await encoder).encode(windows, n),
  decode: async ({ rung, latents, n }: { rung: number; latents: Int8Array; n: number }): Promise<Float32Array> =>
    (await decoder).decode(rung, latents, n),
  /** The rest is the synthesis predictor's. */
  rhythm: async ({ input, n }: { input: Float32Array; n: number }): Promise<Float32Array> =>
    (await taskNetworks()).rhythm.run(input, n)[0] ?? new Float32Array(),
  peaks: async ({ input, n }: { input: Float32Array; n: number }): Promise<Float32Array> =>
    (await taskNetworks()).rpnet.run(input, n)[0] ?? new Float32Array(),
  own: async ({ name, pairs }: { name: string; pairs: readonly SignalPair[] }): Promise<OwnErrors> =>
    runOwnTask(await own, name, pairs),
};
export type EdgeOperations = typeof operations;

serveInference(operations);
