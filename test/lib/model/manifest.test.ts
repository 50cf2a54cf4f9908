import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest } from '../../../src/lib/model/manifest.js';
import { MODELS } from '../../models.js';
import { temporaryFolder } from './tiny.js';

const network = { file: 'a.bin', sha256: '0'.repeat(64), bytes: 4, weights: [{ shape: [1], dtype: 'float32' }] };
const good = {
  name: 'tiny',
  version: 1,
  architecture: { kind: 'tiny', config: {} },
  networks: { a: network },
  parameters: {},
  training: {},
};

describe('a manifest', () => {
  it.each(['rhythm', 'peaks', 'codec', 'paper', 'cae'])(
    'of the model %s names its folder and hashes its own bytes',
    async (name) => {
      const { manifest, hash } = await readManifest(join(MODELS, name));
      expect(manifest.name).toBe(name);
      const bytes = await readFile(join(MODELS, name, 'manifest.json'));
      expect(hash).toBe(createHash('sha256').update(bytes).digest('hex'));
      for (const { file, sha256 } of Object.values(manifest.networks)) {
        const weights = await readFile(join(MODELS, name, file));
        expect(createHash('sha256').update(weights).digest('hex')).toBe(sha256);
      }
    },
  );

  it('is read', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(good));
    expect((await readManifest(folder)).manifest).toEqual(good);
  });

  it.each([
    ['an unknown field', { ...good, extra: 1 }],
    ['no version', { ...good, version: undefined }],
    ['a hash that is none', { ...good, networks: { a: { ...network, sha256: 'abc' } } }],
    ['a file outside its folder', { ...good, networks: { a: { ...network, file: '../secret' } } }],
    ['an unknown type', { ...good, networks: { a: { ...network, weights: [{ shape: [1], dtype: 'int8' }] } } }],
    ['a shape of nothing', { ...good, networks: { a: { ...network, weights: [{ shape: [0], dtype: 'float32' }] } } }],
  ])('with %s is MODEL_INVALID', async (_, value) => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'manifest.json'), JSON.stringify(value));
    await expect(readManifest(folder)).rejects.toMatchObject({ code: 'MODEL_INVALID' });
  });

  it('that is absent or no JSON is MODEL_INVALID, with the path', async () => {
    const folder = await temporaryFolder();
    const refused = { code: 'MODEL_INVALID', message: expect.stringContaining(folder) as string };
    await expect(readManifest(folder)).rejects.toMatchObject(refused);
    await writeFile(join(folder, 'manifest.json'), '{"name":');
    await expect(readManifest(folder)).rejects.toMatchObject(refused);
  });
});
