/** Worker thread that runs the decoder networks of all codecs. */
import { workerData } from 'node:worker_threads';
import { loadDecoder } from '../lib/codec/codec-networks.js';
import { hasLatents, type Ladder } from '../lib/codec/ladder.js';
import type { DecoderNetworks } from '../lib/codec/network-types.js';
import { latentCount } from '../lib/codec/payload.js';
import { serveInference } from '../lib/model/inference-worker.js';
import { readCodecs } from './codecs.js';

const { codecs: folders } = workerData as { codecs: readonly string[] };

interface Loaded {
  readonly ladder: Ladder;
  readonly networks: DecoderNetworks;
}

async function load(): Promise<ReadonlyMap<string, Loaded>> {
  const loaded = new Map<string, Loaded>();
  for (const [key, { folder, ladder }] of await readCodecs(folders)) {
    loaded.set(key, { ladder, networks: await loadDecoder(folder) });
  }
  return loaded;
}
const decoders = load();

interface DecodeInput {
  /** Key of the codec, as in `Codecs`. */
  readonly codec: string;
  readonly rung: number;
  readonly latents: Int8Array;
  readonly n: number;
}

const operations = {
  /** Resolves when the networks are loaded and have run once. */
  ready: async (): Promise<void> => {
    for (const { ladder, networks } of (await decoders).values()) {
      for (const rung of ladder.rungs) {
        if (hasLatents(rung)) networks.decode(rung.index, new Int8Array(latentCount(rung)), 1);
      }
    }
  },
  decode: async ({ codec, rung, latents, n }: DecodeInput): Promise<Float32Array> => {
    const decoder = (await decoders).get(codec);
    if (decoder === undefined) throw new Error(`no networks of codec ${codec} are loaded`);
    return decoder.networks.decode(rung, latents, n);
  },
};
export type DecoderOperations = typeof operations;

serveInference(operations);
