/** The tasks as differentiable functions whose weights no optimizer changes. */
import { loadRhythm, loadRpnet } from '../lib/model/task-models.js';
import { readTemperature } from '../lib/tasks/rhythm.js';
import tf, { type Tensor } from '../lib/model/tf.js';

export interface FrozenTasks {
  /** Temperature-scaled logits [n, 1, steps, 4] of millivolts [n, 1, 256 steps, 1], centred on their mean. */
  rhythmLogits(millivolts: Tensor): Tensor;
  /** Distance maps [n, 1, samples, 1] of windows with unit deviation. */
  distance(windows: Tensor): Tensor;
  /** SHA-256 of the tasks' manifests, for the codec's manifest to name the tasks it was trained through. */
  readonly hashes: { readonly rhythm: string; readonly peaks: string };
}

export async function loadTasks(models: string): Promise<FrozenTasks> {
  const rhythm = await loadRhythm(models);
  const rpnet = await loadRpnet(models);
  const temperature = readTemperature(rhythm.manifest);
  return {
    rhythmLogits: (millivolts) => {
      const centred = tf.sub(millivolts, tf.mean(millivolts, 2, true));
      const input = tf.clipByValue(tf.mul(centred, 4), -20, 20);
      return tf.div(rhythm.network.apply(input, { training: false }) as Tensor, temperature);
    },
    distance: (windows) => rpnet.network.apply(windows, { training: false }) as Tensor,
    hashes: { rhythm: rhythm.hash, peaks: rpnet.hash },
  };
}
