/** Loads the tasks' networks from the models folder, for services and for training that backpropagates through them. */
import { join } from 'node:path';
import { buildRhythm, rhythmConfig } from './architectures/rhythm.js';
import { buildRpnet, rpnetConfig } from './architectures/rpnet.js';
import { architectureConfig, readManifest, type StoredManifest } from './manifest.js';
import { loadNetwork } from './store.js';
import type { LayersModel } from './tf.js';

export interface LoadedModel extends StoredManifest {
  readonly network: LayersModel;
}

export async function loadRhythm(models: string): Promise<LoadedModel> {
  const folder = join(models, 'rhythm');
  const stored = await readManifest(folder);
  const network = buildRhythm(architectureConfig(stored.manifest, 'rhythm', rhythmConfig));
  await loadNetwork(folder, stored.manifest, 'rhythm', network);
  return { ...stored, network };
}

export async function loadRpnet(models: string): Promise<LoadedModel> {
  const folder = join(models, 'peaks');
  const stored = await readManifest(folder);
  const network = buildRpnet(architectureConfig(stored.manifest, 'rpnet', rpnetConfig));
  await loadNetwork(folder, stored.manifest, 'rpnet', network);
  return { ...stored, network };
}
