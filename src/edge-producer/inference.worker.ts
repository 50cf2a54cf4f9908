/** The edge's networks in their own thread. */
import { workerData } from 'node:worker_threads';
import { PaperEncoder, type HeadOutput } from '../lib/codec/paper-networks.js';
import type { Head } from '../lib/codec/latents.js';
import { serveInference } from '../lib/model/inference-worker.js';

const { codec } = workerData as { codec: string };
const encoder = PaperEncoder.load(codec);

const operations = {
  /** Resolves when the networks are loaded and have run once. */
  ready: async (): Promise<void> => {
    (await encoder).encode(new Float32Array(1792), 1);
  },
  encode: async ({ windows, n }: { windows: Float32Array; n: number }): Promise<Record<Head, HeadOutput>> =>
    (await encoder).encode(windows, n),
};
export type EdgeOperations = typeof operations;

serveInference(operations);
