import tf, { type LayersModel, type Tensor } from '../lib/model/tf.js';

/**
 * Leaves `share` of the network's own weights and the rest of those that it began with: between the two lie classifiers that are nearly as
 * robust and say what they said (Wortsman et al., Robust fine-tuning of zero-shot models, 2022).
 */
export function mixWeights(network: LayersModel, began: readonly Tensor[], share: number): void {
  tf.tidy(() => {
    network.setWeights(network.getWeights().map((own, i) => tf.add(tf.mul(own, share), tf.mul(began[i]!, 1 - share))));
  });
}
