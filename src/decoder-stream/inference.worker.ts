/** The decoder's networks in their own thread. */
import { workerData } from 'node:worker_threads';
import { loadDecoder } from '../lib/codec/codec-networks.js';
import { hasLatents, readLadder } from '../lib/codec/ladder.js';
import { latentCount } from '../lib/codec/payload.js';
import { readManifest } from '../lib/model/manifest.js';
import { serveInference } from '../lib/model/inference-worker.js';

const { codec } = workerData as { codec: string };
const decoder = loadDecoder(codec);

const operations = {
  /** Resolves when the networks are loaded and have run once. */
  ready: async (): Promise<void> => {
    const loaded = await decoder;
    for (const rung of readLadder(await readManifest(codec)).rungs) {
      if (hasLatents(rung)) loaded.decode(rung.index, new Int8Array(latentCount(rung)), 1);
    }
  },
  decode: async ({ rung, latents, n }: { rung: number; latents: Int8Array; n: number }): Promise<Float32Array> =>
    (await decoder).decode(rung, latents, n),
};
export type DecoderOperations = typeof operations;

serveInference(operations);
