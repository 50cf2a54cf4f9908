import { cp, mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Certificates } from '../../../src/lib/certification/certificates.js';
import { readModelHashes } from '../../../src/lib/certification/model-hashes.js';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { MODELS } from '../../models.js';
import { certificate } from './certificates.js';

it('a dense predictor that was learnt again voids its certificate, and no other', async () => {
  const models = await mkdtemp(join(tmpdir(), 'certified-'));
  for (const name of ['rhythm', 'peaks', 'codec']) {
    await mkdir(join(models, name));
    await cp(join(MODELS, name, 'manifest.json'), join(models, name, 'manifest.json'));
  }
  const { hash } = await readManifest(join(models, 'codec'));
  expect(await readModelHashes(models, hash)).not.toHaveProperty('dense');

  const dense = join(models, 'codec', 'dense', 'manifest.json');
  const learn = async (seed: number): Promise<void> => {
    const manifest = JSON.parse(await readFile(join(models, 'codec', 'manifest.json'), 'utf8')) as object;
    await writeFile(dense, JSON.stringify({ ...manifest, name: 'dense', training: { seed } }));
  };
  await mkdir(join(models, 'codec', 'dense'));
  await learn(1);
  const hashes = await readModelHashes(models, hash);
  const { dense: own, ...common } = hashes;
  expect(own).toBe((await readManifest(join(models, 'codec', 'dense'))).hash);
  const policies = [certificate({ models: common }), certificate({ predictor: 'dense', models: hashes, tau: 0.3 })];
  await writeFile(join(models, 'certificates.json'), JSON.stringify({ policies }));

  const { bounds, weights } = certificate();
  const standing = async (predictor: 'dense' | 'synthesis') => {
    const certificates = await Certificates.open(models, { hash, rungs: [{ name: 'neural-1', kind: 'neural' }] });
    return certificates.find({ bounds, weights, rungs: null, alpha: 0.01 }, predictor);
  };
  expect((await standing('dense')).certificate).toMatchObject({ tau: 0.3 });
  await learn(2);
  expect(await standing('dense')).toMatchObject({ reason: 'another dense predictor was certified' });
  expect((await standing('synthesis')).certificate).toMatchObject({ tau: 0.5 });
});
