/** The decoder's networks in their own thread. */
import { workerData } from 'node:worker_threads';
import type { Head } from '../lib/codec/latents.js';
import { LATENT_COUNT } from '../lib/codec/latents.js';
import { PaperDecoder } from '../lib/codec/paper-networks.js';
import { serveInference } from '../lib/model/inference-worker.js';

const { codec } = workerData as { codec: string };
const decoder = PaperDecoder.load(codec);

const operations = {
  /** Resolves when the networks are loaded and have run once. */
  ready: async (): Promise<void> => {
    const loaded = await decoder;
    for (const head of [32, 64] as const) loaded.decode(head, new Int8Array(LATENT_COUNT[head]), 1);
  },
  decode: async ({ head, latents, n }: { head: Head; latents: Int8Array; n: number }): Promise<Float32Array> =>
    (await decoder).decode(head, latents, n),
};
export type DecoderOperations = typeof operations;

serveInference(operations);
