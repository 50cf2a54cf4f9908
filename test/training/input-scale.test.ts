import { expect, it } from 'vitest';
import { buildRhythm, RHYTHM_DEFAULT } from '../../src/lib/model/architectures/rhythm.js';
import tf, { type Tensor } from '../../src/lib/model/tf.js';
import { fitInputScale } from '../../src/training/input-scale.js';

it('takes the factor that costs least into the first layer: the network answers as to larger signals', () => {
  const network = buildRhythm(RHYTHM_DEFAULT);
  const x = tf.randomNormal([1, 1, 2560, 1], 0, 1, 'float32', 3);
  const answer = (to: Tensor): number[] => [...(network.predict(to) as Tensor).dataSync<'float32'>()];
  const before = answer(tf.mul(x, 1.3));
  expect(fitInputScale(network, (scale) => (scale - 1.32) ** 2)).toBe(1.3);
  answer(x).forEach((v, i) => {
    expect(v).toBeCloseTo(before[i]!, 2);
  });
});
