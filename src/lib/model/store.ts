/** Loads and writes the weights of a model's folder: manifest.json and one weight file for each network. */
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamicDeepError, messageOf } from '../errors/index.js';
import { sha256 } from './digest.js';
import type { Manifest } from './manifest.js';
import type { LayersModel } from './tf.js';
import { assignWeights, encodeWeights } from './weights.js';

/** Loads the weights of the network `key` of the manifest into `network`. */
export async function loadNetwork(
  folder: string,
  manifest: Manifest,
  key: string,
  network: LayersModel,
): Promise<void> {
  const entry = manifest.networks[key];
  if (entry === undefined) throw new DynamicDeepError('MODEL_INVALID', `${folder} has no network '${key}'`);
  const path = join(folder, entry.file);
  const bytes = await readFile(path).catch((error: unknown) => {
    throw new DynamicDeepError('MODEL_INVALID', `${path} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  assignWeights(network, bytes, entry);
}

/**
 * Writes weights first and the manifest last, each by rename, so that a half-written model never loads.
 *
 * @returns SHA-256 of the manifest
 * @throws DynamicDeepError MODEL_INVALID if a weight is not finite; nothing is written then
 */
export async function writeModel(
  folder: string,
  manifest: Omit<Manifest, 'networks'>,
  networks: Record<string, { network: LayersModel; dtype: 'float16' | 'float32' }>,
): Promise<string> {
  for (const [key, { network }] of Object.entries(networks)) checkFinite(join(folder, key), network);
  await mkdir(folder, { recursive: true });
  const entries: Manifest['networks'] = {};
  for (const [key, { network, dtype }] of Object.entries(networks)) {
    const { bytes, entry } = encodeWeights(network, dtype);
    const file = `${key}.bin`;
    await replaceFile(join(folder, file), bytes);
    entries[key] = { file, ...entry };
  }
  const json = `${JSON.stringify({ ...manifest, networks: entries }, null, 1)}\n`;
  await replaceFile(join(folder, 'manifest.json'), Buffer.from(json));
  return sha256(Buffer.from(json));
}

function checkFinite(name: string, network: LayersModel): void {
  const wrong = network.weights.find((weight) => !weight.read().dataSync().every(Number.isFinite));
  if (wrong !== undefined)
    throw new DynamicDeepError('MODEL_INVALID', `${name} is not written: ${wrong.name} is not finite`);
}

async function replaceFile(path: string, bytes: Buffer): Promise<void> {
  await writeFile(`${path}.partial`, bytes);
  await rename(`${path}.partial`, path);
}
