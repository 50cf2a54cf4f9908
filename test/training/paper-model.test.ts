import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadDecoder, loadEncoder } from '../../src/lib/codec/codec-networks.js';
import { readLadder } from '../../src/lib/codec/ladder.js';
import { LATENT_COUNT } from '../../src/lib/codec/latents.js';
import { buildPaperPredictor } from '../../src/lib/model/architectures/paper-codec.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { WINDOW } from '../../src/lib/signal/grid.js';
import { buildNetworks } from '../../src/training/compressor.js';
import { writePaperModel } from '../../src/training/paper-model.js';
import { temporaryFolder } from '../lib/model/tiny.js';
import { beatRecords } from './paper-material.js';

const ABOUT = { records: beatRecords(3), seed: 1, tau: 0.5, training: {} };
const windows = Float32Array.from({ length: 2 * WINDOW }, (_, i) => Math.sin(i / 9));

async function written(predictors: Parameters<typeof writePaperModel>[2]['predictors']): Promise<string> {
  const models = await temporaryFolder();
  await writePaperModel({ models, name: 'paper' }, buildNetworks(), { ...ABOUT, predictors });
  return join(models, 'paper');
}

describe('the paper’s codec, written', () => {
  it('is a ladder of raw and the three heads, with weights of 16 bits', async () => {
    const stored = await readManifest(await written({}));
    const ladder = readLadder(stored);
    expect(ladder.rungs.map(({ name, nominalGain }) => [name, nominalGain])).toEqual([
      ...[['lossless', 1], ['paper-16', 16], ['paper-32', 32], ['paper-64', 64]], // prettier-ignore
    ]);
    expect(ladder.tau).toBe(0.5);
    const { encoder } = stored.manifest.networks;
    // The paper's 83,898 and the head at /16.
    expect(encoder!.bytes).toBe(2 * (83_898 + 225));
    expect(new Set(encoder!.weights.map(({ dtype }) => dtype))).toEqual(new Set(['float16']));
  });

  it('codes every head’s latents and decodes them to windows', async () => {
    const folder = await written({});
    const ladder = readLadder(await readManifest(folder));
    const output = (await loadEncoder(folder)).encode(windows, 2);
    const decoder = await loadDecoder(folder);
    for (const rung of ladder.rungs) {
      if (rung.kind !== 'paper') continue;
      const { latents } = output.get(rung.index)!;
      expect(latents).toHaveLength(2 * LATENT_COUNT[rung.head]);
      const decoded = decoder.decode(rung.index, latents, 2);
      expect(decoded).toHaveLength(2 * WINDOW);
      expect(decoded.every(Number.isFinite)).toBe(true);
    }
  });

  it('predicts for heads that have a predictor, and nothing for others', async () => {
    const folder = await written({ predictor32: buildPaperPredictor(LATENT_COUNT[32], 2) });
    const output = (await loadEncoder(folder)).encode(windows, 2);
    const predicted = [1, 2, 3].map((rung) => output.get(rung)!.predicted.length);
    expect(predicted).toEqual([0, 4, 0]);
  });
});
