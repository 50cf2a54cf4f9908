import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { readLadder, type Ladder } from '../../../../src/lib/codec/ladder.js';
import { LATENT_COUNT, type Head } from '../../../../src/lib/codec/latents.js';
import { encodeLatentPayload } from '../../../../src/lib/codec/payload.js';
import { buildPaperPredictor } from '../../../../src/lib/model/architectures/paper-codec.js';
import { readManifest } from '../../../../src/lib/model/manifest.js';
import tf, { type LayersModel } from '../../../../src/lib/model/tf.js';
import { buildNetworks } from '../../../../src/training/compressor.js';
import { loadLabelPredictor } from '../../../../src/training/evaluation/compression/label-predictor.js';
import { writePaperModel } from '../../../../src/training/paper-model.js';
import { temporaryFolder } from '../../../lib/model/tiny.js';
import { beatRecords } from '../../paper-material.js';
import { sent } from './fakes.js';

/** Says softplus(bias) whatever the latents are. */
function saying(head: Head, biases: [rhythm: number, peaks: number]): LayersModel {
  const network = buildPaperPredictor(LATENT_COUNT[head], 2);
  network.setWeights([tf.zeros([LATENT_COUNT[head], 2]), tf.tensor1d(biases)]);
  return network;
}

async function written(predictors: Record<string, LayersModel>): Promise<string> {
  const models = await temporaryFolder();
  const about = { records: beatRecords(2), seed: 1, tau: 0, training: {}, predictors };
  await writePaperModel({ models, name: 'paper' }, buildNetworks(), about);
  return join(models, 'paper');
}

/** A record of which every window goes by one head. */
function by(ladder: Ladder, head: Head): ReturnType<typeof sent> {
  const rung = ladder.rungs.find((own) => own.kind === 'paper' && own.head === head)!;
  if (rung.kind !== 'paper') throw new Error('no rung of the paper');
  const payload = encodeLatentPayload(rung, { index: 40, offset: 0 }, new Int8Array(LATENT_COUNT[head]));
  return sent(rung.name, () => ({ rung: rung.index, payload }));
}

describe('the predictor on labels', () => {
  let folder = '';
  let ladder: Ladder;
  const softplus = (x: number): number => Math.log(1 + Math.exp(x));

  beforeAll(async () => {
    folder = await written({ labelPredictor32: saying(32, [1, -2]), labelPredictor64: saying(64, [2, -1]) });
    ladder = readLadder(await readManifest(folder));
  }, 60_000);

  it('says the mean over a record’s windows of what its head’s network says', async () => {
    const predictor = (await loadLabelPredictor(folder, ladder))!;
    const coded = undefined as never;
    expect(predictor(coded, by(ladder, 32)).rhythm).toBeCloseTo(softplus(1), 3);
    expect(predictor(coded, by(ladder, 64)).rhythm).toBeCloseTo(softplus(2), 3);
    expect(predictor(coded, by(ladder, 64)).peaks).toBeCloseTo(softplus(-1), 3);
  });

  it('says no number of a head without a network, and is not there without any', async () => {
    const predictor = (await loadLabelPredictor(folder, ladder))!;
    expect(predictor(undefined as never, by(ladder, 16)).rhythm).toBeNaN();
    expect(await loadLabelPredictor(await written({}), ladder)).toBeUndefined();
  }, 60_000);
});
