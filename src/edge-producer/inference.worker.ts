/** Worker thread that runs the edge's networks. */
import { workerData } from 'node:worker_threads';
import { loadDecoder, loadEncoder } from '../lib/codec/codec-networks.js';
import type { EncoderOutput } from '../lib/codec/network-types.js';
import { serveInference } from '../lib/model/inference-worker.js';
import type { OwnTaskDeclaration } from '../lib/tasks/own/folder.js';
import { taskOperations, type TaskOperations } from '../lib/tasks/worker-operations.js';

/** `codec` is the codec's folder; `models` is the folder of all models, for the synthesis predictor only. */
export interface EdgeWorkerData {
  readonly codec: string;
  readonly models: string | undefined;
  readonly ownTasks?: readonly OwnTaskDeclaration[];
}

const { codec, models, ownTasks } = workerData as EdgeWorkerData;
const encoder = loadEncoder(codec, models === undefined);
const decoder = loadDecoder(codec);
const tasks = models === undefined ? undefined : taskOperations(models, ownTasks);

const operations = {
  /** Resolves when the networks are loaded and have run once. */
  ready: async (): Promise<void> => {
    (await encoder).encode(new Float32Array(1792), 1);
    await decoder;
    await tasks?.ready();
  },
  encode: async ({ windows, n }: { windows: Float32Array; n: number }): Promise<EncoderOutput> =>
    (await encoder).encode(windows, n),
  decode: async ({ rung, latents, n }: { rung: number; latents: Int8Array; n: number }): Promise<Float32Array> =>
    (await decoder).decode(rung, latents, n),
};
/** The task operations exist only with the synthesis predictor. */
export type EdgeOperations = TaskOperations & typeof operations;

serveInference({ ...tasks, ...operations });
