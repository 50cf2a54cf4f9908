/** Writes the paper's codec as a model folder: its ladder with entropy tables, its networks, and their predictors. */
import { join } from 'node:path';
import { HEADS, LATENT_COUNT, type Head } from '../lib/codec/latents.js';
import { measureScale } from '../lib/codec/window-scale.js';
import { writeModel } from '../lib/model/store.js';
import tf, { type LayersModel } from '../lib/model/tf.js';
import { seededRandom } from '../lib/signal/random.js';
import { encode, listNetworks, type PaperNetworks } from './compressor.js';
import { millivoltsOf, type CincRecord } from './data/cinc.js';
import { paperLatentCounts, TABLE_RECORDS } from './symbol-counts.js';
import { cutWindows, normalisedTensors } from './windows.js';

/**
 * @param records records of the training part, at least 8,960 samples each, for the entropy tables and the range of scales
 * @param predictors by the name of their file; none for a codec with which no edge chooses
 */
export async function writePaperModel(
  folder: { readonly models: string; readonly name: 'paper' | 'cae' },
  networks: PaperNetworks,
  about: {
    readonly records: readonly CincRecord[];
    readonly seed: number;
    readonly tau: number;
    readonly predictors: Readonly<Record<string, LayersModel>>;
    readonly training: Readonly<Record<string, unknown>>;
  },
): Promise<void> {
  const { records, seed, tau, predictors, training } = about;
  const counts = countsByHead(
    seededRandom(seed)
      .shuffle([...records])
      .slice(0, TABLE_RECORDS),
    networks,
  );
  const rungs = HEADS.map((head) => ({
    name: `paper-${head}`,
    kind: 'paper',
    nominalGain: head,
    head,
    counts: counts[head],
  }));
  await writeModel(
    join(folder.models, folder.name),
    {
      name: folder.name,
      version: 1,
      architecture: { kind: 'paper-codec', config: {} },
      parameters: {
        ladder: [{ name: 'lossless', kind: 'lossless', nominalGain: 1 }, ...rungs],
        scaleRange: scaleRange(records),
        tau,
      },
      training,
    },
    Object.fromEntries(
      Object.entries({ ...listNetworks(networks), ...predictors }).map(([key, network]) => [
        key,
        { network, dtype: 'float16' as const },
      ]),
    ),
  );
}

function countsByHead(records: readonly CincRecord[], networks: PaperNetworks): Record<Head, number[][]> {
  const windows: Record<Head, Int8Array[]> = { 16: [], 32: [], 64: [] };
  for (const record of records) {
    tf.tidy(() => {
      const latents = encode(networks, normalisedTensors(cutWindows(millivoltsOf(record))).x, false);
      for (const head of HEADS) {
        const values = Int8Array.from(latents[head].dataSync());
        for (let at = 0; at < values.length; at += LATENT_COUNT[head]) {
          windows[head].push(values.slice(at, at + LATENT_COUNT[head]));
        }
      }
    });
  }
  return { 16: paperLatentCounts(windows[16]), 32: paperLatentCounts(windows[32]), 64: paperLatentCounts(windows[64]) };
}

/** 0.1% and 99.9% quantiles of the scale index over the training windows. */
export function scaleRange(records: readonly CincRecord[]): [number, number] {
  const indices = records.flatMap((record) => cutWindows(millivoltsOf(record)).map((w) => measureScale(w).index));
  indices.sort((a, b) => a - b);
  return [indices[Math.floor(0.001 * indices.length)]!, indices[Math.floor(0.999 * indices.length)]!];
}
