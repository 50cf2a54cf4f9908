/** Finds the factor by which a classifier would rather have its input scaled, and folds it into its first convolution. */
import { DynamicDeepError } from '../lib/errors/index.js';
import tf, { type LayersModel, type Tensor, type Tensor4D } from '../lib/model/tf.js';

const SCALES = [1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6] as const;

/**
 * Scales the input of `network` in its first layer, which has no bias. If the training continued from a network with such a
 * factor in its weights, this one comes on top.
 *
 * @param loss cost of the validation records, for a function that predicts as the network would with a factor
 * @returns the factor with the lowest cost
 * @throws DynamicDeepError DATA_INVALID if a loss is not finite
 */
export function fitInputScale(network: LayersModel, loss: (predict: (x: Tensor4D) => Tensor) => number): number {
  // After the clipping of the input, as the scaled layer does.
  const losses = SCALES.map((scale) => loss((x) => network.predict(tf.mul(x, scale)) as Tensor));
  if (!losses.every(Number.isFinite)) {
    throw new DynamicDeepError(
      'DATA_INVALID',
      `the losses at input scales ${SCALES.join(', ')} are ${losses.join(', ')}`,
    );
  }
  const best = SCALES[losses.indexOf(Math.min(...losses))]!;
  tf.tidy(() => {
    const [first, ...rest] = network.getWeights() as [Tensor, ...Tensor[]];
    network.setWeights([tf.mul(first, best), ...rest]);
  });
  return best;
}
