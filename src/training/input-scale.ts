/** How large a classifier would rather have its signals than they are: a factor that its first convolution takes up. */
import { DynamicDeepError } from '../lib/errors/index.js';
import tf, { type LayersModel, type Tensor, type Tensor4D } from '../lib/model/tf.js';

const SCALES = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6] as const;

/**
 * Scales the input of `network` in its first layer, which has no bias. One that training went on from may have a factor in its
 * weights already: this one is on top of it.
 *
 * @param loss what validation records cost, asked for each factor with the answers that the network would then give
 * @returns the factor that costs least
 * @throws DynamicDeepError DATA_INVALID where a loss is not finite
 */
export function fitInputScale(network: LayersModel, loss: (predict: (x: Tensor4D) => Tensor) => number): number {
  // Behind the clip of the input, as in the layer.
  const losses = SCALES.map((scale) => loss((x) => network.predict(tf.mul(x, scale)) as Tensor));
  if (!losses.every(Number.isFinite)) {
    throw new DynamicDeepError('DATA_INVALID', `the losses at input scales ${SCALES.join(', ')} are ${losses.join(', ')}`); // prettier-ignore
  }
  const best = SCALES[losses.indexOf(Math.min(...losses))]!;
  tf.tidy(() => {
    const [first, ...rest] = network.getWeights() as [Tensor, ...Tensor[]];
    network.setWeights([tf.mul(first, best), ...rest]);
  });
  return best;
}
