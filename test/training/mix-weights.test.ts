import { expect, it } from 'vitest';
import tf, { type Tensor } from '../../src/lib/model/tf.js';
import { mixWeights } from '../../src/training/mix-weights.js';

it.each([
  [1, [10, 20]],
  [0.4, [4.6, 20]],
])('a share of %d of the trained weights, the rest those that training began with', (share, expected) => {
  const network = tf.sequential({ layers: [tf.layers.dense({ units: 2, inputShape: [1], useBias: false })] });
  network.setWeights([tf.tensor2d([[10, 20]])]);
  mixWeights(network, [tf.tensor2d([[1, 20]])], share);
  const [kernel] = network.getWeights() as [Tensor];
  [...kernel.dataSync()].forEach((v, i) => {
    expect(v).toBeCloseTo(expected[i]!, 5);
  });
});
