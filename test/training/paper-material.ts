/** Records and tasks that need no data set and no trained network. */
import tf, { type Tensor } from '../../src/lib/model/tf.js';
import { RECORD } from '../../src/lib/signal/grid.js';
import { seededRandom } from '../../src/lib/signal/random.js';
import type { CincRecord } from '../../src/training/data/cinc.js';
import type { FrozenTasks } from '../../src/training/frozen-tasks.js';

/** Beats of 1 mV, a little noise, a label each; the same for the same count. */
export function beatRecords(count: number): CincRecord[] {
  const random = seededRandom(7);
  return Array.from({ length: count }, (_, r) => ({
    name: `R${r}`,
    label: r % 4,
    samples: Int16Array.from({ length: RECORD }, (_, i) => {
      const phase = (i % (200 + 20 * r)) - 60;
      return Math.round(1000 * Math.exp(-(phase ** 2) / 40) + 20 * random.normal());
    }),
  }));
}

/** Logits of each step from the mean of its samples; the samples' squares stand for a distance map. */
export const easyTasks: FrozenTasks = {
  rhythmLogits: (millivolts: Tensor) => {
    const means = tf.mean(tf.reshape(millivolts, [millivolts.shape[0], 1, -1, 256]), -1, true);
    return tf.mul(means, tf.tensor1d([0, 1, 2, 3]));
  },
  distance: (windows: Tensor) => tf.square(windows),
  hashes: { rhythm: 'r', peaks: 'p' },
};
