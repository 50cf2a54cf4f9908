import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import tf from '../../src/lib/model/tf.js';
import { buildNetworks, writeTrained } from '../../src/training/compressor.js';
import { temporaryFolder } from '../lib/model/tiny.js';

it('networks that are no numbers are not left for the next phase, none of them', async () => {
  const work = await temporaryFolder();
  const networks = buildNetworks();
  const { shared } = networks.decoder;
  for (const wrong of [Number.NaN, Infinity]) {
    shared.setWeights(shared.getWeights().map((own) => tf.fill(own.shape, wrong)));
    await expect(writeTrained(work, networks, {})).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  }
  expect(await readdir(work)).toEqual([]);
});
