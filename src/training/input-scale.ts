/** How large a classifier would rather have its signals than they are: a factor that its first convolution takes up. */
import tf, { type LayersModel, type Tensor } from '../lib/model/tf.js';

const SCALES = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6] as const;

/**
 * Scales the input of `network` in its first layer, which has no bias. One that training went on from may have a factor in its
 * weights already: this one is on top of it.
 *
 * @param loss what a factor on the signals costs on validation records, asked for each factor
 * @returns the factor that costs least
 */
export function fitInputScale(network: LayersModel, loss: (scale: number) => number): number {
  const losses = SCALES.map(loss);
  const best = SCALES[losses.indexOf(Math.min(...losses))]!;
  tf.tidy(() => {
    const [first, ...rest] = network.getWeights() as [Tensor, ...Tensor[]];
    network.setWeights([tf.mul(first, best), ...rest]);
  });
  return best;
}
