import tf, { type LayersModel, type Tensor } from '../lib/model/tf.js';

/**
 * Keeps `share` of the network's own weights and takes the rest from `others`: between weights of common origin lie networks
 * that have learnt what each has (Wortsman et al., Robust fine-tuning of zero-shot models, and Model soups, 2022).
 */
export function mixWeights(network: LayersModel, others: readonly Tensor[], share: number): void {
  tf.tidy(() => {
    network.setWeights(network.getWeights().map((own, i) => tf.add(tf.mul(own, share), tf.mul(others[i]!, 1 - share))));
  });
}
