/** The tasks as differentiable functions with weights that no optimizer touches. */
import { join } from 'node:path';
import { buildRhythm, type RhythmConfig } from '../lib/model/architectures/rhythm.js';
import { buildRpnet, type RpnetConfig } from '../lib/model/architectures/rpnet.js';
import { readManifest } from '../lib/model/manifest.js';
import { loadNetwork } from '../lib/model/store.js';
import tf, { type Tensor } from '../lib/model/tf.js';

export interface FrozenTasks {
  /** Temperature-scaled logits [n, 1, steps, 4] of millivolts [n, 1, 256 steps, 1], centred on their mean. */
  rhythmLogits(millivolts: Tensor): Tensor;
  /** Distance maps [n, 1, samples, 1] of windows with unit deviation. */
  distance(windows: Tensor): Tensor;
  /** SHA-256 of the tasks' manifests: the codec's manifest names what it was trained through. */
  readonly hashes: { readonly rhythm: string; readonly peaks: string };
}

export async function loadTasks(models: string): Promise<FrozenTasks> {
  const rhythm = await readManifest(join(models, 'rhythm'));
  const rhythmNet = buildRhythm(rhythm.manifest.architecture.config as unknown as RhythmConfig);
  await loadNetwork(join(models, 'rhythm'), rhythm.manifest, 'rhythm', rhythmNet);
  const temperature = Number(rhythm.manifest.parameters['temperature']);
  const peaks = await readManifest(join(models, 'peaks'));
  const rpnet = buildRpnet(peaks.manifest.architecture.config as unknown as RpnetConfig);
  await loadNetwork(join(models, 'peaks'), peaks.manifest, 'rpnet', rpnet);
  return {
    rhythmLogits: (millivolts) => {
      const centred = tf.sub(millivolts, tf.mean(millivolts, 2, true));
      const input = tf.clipByValue(tf.mul(centred, 4), -20, 20);
      return tf.div(rhythmNet.apply(input, { training: false }) as Tensor, temperature);
    },
    distance: (windows) => rpnet.apply(windows, { training: false }) as Tensor,
    hashes: { rhythm: rhythm.hash, peaks: peaks.hash },
  };
}
