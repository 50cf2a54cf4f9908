/** The tasks' networks from the models folder. Runs where TensorFlow is: in a worker thread. */
import { join } from 'node:path';
import { buildRhythm, type RhythmConfig } from '../model/architectures/rhythm.js';
import { buildRpnet, type RpnetConfig } from '../model/architectures/rpnet.js';
import { readManifest } from '../model/manifest.js';
import { Network } from '../model/network.js';
import { loadNetwork } from '../model/store.js';

export interface TaskNetworks {
  readonly rhythm: Network;
  readonly rpnet: Network;
}

export async function loadTaskNetworks(models: string): Promise<TaskNetworks> {
  const rhythmFolder = join(models, 'rhythm');
  const rhythm = (await readManifest(rhythmFolder)).manifest;
  const classifier = buildRhythm(rhythm.architecture.config as unknown as RhythmConfig);
  await loadNetwork(rhythmFolder, rhythm, 'rhythm', classifier);
  const peaksFolder = join(models, 'peaks');
  const peaks = (await readManifest(peaksFolder)).manifest;
  const rpnet = buildRpnet(peaks.architecture.config as unknown as RpnetConfig);
  await loadNetwork(peaksFolder, peaks, 'rpnet', rpnet);
  return { rhythm: new Network(classifier), rpnet: new Network(rpnet) };
}
