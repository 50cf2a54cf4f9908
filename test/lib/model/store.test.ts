import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readManifest, type Manifest } from '../../../src/lib/model/manifest.js';
import { loadNetwork, writeModel } from '../../../src/lib/model/store.js';
import { temporaryFolder, tinyNetwork, weightsOf } from './tiny.js';

const ABOUT: Omit<Manifest, 'networks'> = {
  name: 'tiny',
  version: 1,
  architecture: { kind: 'tiny', config: {} },
  parameters: { temperature: 1.5 },
  training: {},
};

describe('a model’s folder', () => {
  it('gives back what was written, under the hash that writing returned', async () => {
    const folder = await temporaryFolder();
    const [a, b] = [tinyNetwork(), tinyNetwork()];
    const hash = await writeModel(folder, ABOUT, {
      a: { network: a, dtype: 'float32' },
      b: { network: b, dtype: 'float16' },
    });
    expect((await readdir(folder)).sort()).toEqual(['a.bin', 'b.bin', 'manifest.json']);
    const stored = await readManifest(folder);
    expect(stored.hash).toBe(hash);
    expect(stored.manifest.parameters).toEqual({ temperature: 1.5 });
    const loaded = tinyNetwork();
    await loadNetwork(folder, stored.manifest, 'a', loaded);
    expect(weightsOf(loaded)).toEqual(weightsOf(a));
    await loadNetwork(folder, stored.manifest, 'b', loaded);
    expect(weightsOf(loaded)).not.toEqual(weightsOf(a));
  });

  it('has another identity when a weight changes', async () => {
    const folder = await temporaryFolder();
    const network = tinyNetwork();
    const write = (): Promise<string> => writeModel(folder, ABOUT, { a: { network, dtype: 'float32' } });
    const first = await write();
    expect(await write()).toBe(first);
    network.setWeights(network.weights.map((weight) => weight.read().add(1)));
    expect(await write()).not.toBe(first);
  });

  it('without a weight file, with a foreign one, or without the network asked for is MODEL_INVALID', async () => {
    const folder = await temporaryFolder();
    await writeModel(folder, ABOUT, { a: { network: tinyNetwork(), dtype: 'float32' } });
    const { manifest } = await readManifest(folder);
    const refused = { code: 'MODEL_INVALID' };
    await expect(loadNetwork(folder, manifest, 'b', tinyNetwork())).rejects.toMatchObject(refused);
    const path = join(folder, 'a.bin');
    const bytes = await readFile(path);
    bytes[0]! ^= 0x80;
    await writeFile(path, bytes);
    await expect(loadNetwork(folder, manifest, 'a', tinyNetwork())).rejects.toMatchObject(refused);
    await rm(path);
    await expect(loadNetwork(folder, manifest, 'a', tinyNetwork())).rejects.toMatchObject(refused);
  });
});
