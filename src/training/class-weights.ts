/**
 * What a class of the rhythm weighs in training, and how that is taken out of the classifier's answers: trained with the
 * weights, it answers as if A and noise were as much more frequent as they weigh more (Elkan 2001).
 */
import tf, { type LayersModel, type Tensor } from '../lib/model/tf.js';
import type { Manifest } from '../lib/model/manifest.js';

/** N is half of all records: A and noise are rarer, and O is what is confused most. */
export const CLASS_WEIGHTS = [1, 1.6, 1, 1.6];
/** In the manifest of a classifier without them. */
export const WITHOUT_CLASS_WEIGHTS = { classWeights: 'taken out' } as const;

const isWithout = ({ training }: Manifest): boolean => training['classWeights'] === WITHOUT_CLASS_WEIGHTS.classWeights;

export function takeOutClassWeights(network: LayersModel): void {
  shiftLogits(network, -1);
}

/** Back to what training goes on from, where `manifest` says that they were taken out. */
export function putBackClassWeights(network: LayersModel, manifest: Manifest): void {
  if (isWithout(manifest)) shiftLogits(network, 1);
}

/** A teacher's probabilities, with the weights whether or not they were taken out: labels are taught with them too. */
export function weightedAnswers(logits: Tensor, manifest: Manifest): Tensor {
  return tf.softmax(isWithout(manifest) ? tf.add(logits, logWeights()) : logits);
}

const logWeights = (): Tensor => tf.log(tf.tensor1d(CLASS_WEIGHTS));

function shiftLogits(network: LayersModel, sign: 1 | -1): void {
  tf.tidy(() => {
    const layer = network.getLayer('logits');
    const [kernel, bias] = layer.getWeights() as [Tensor, Tensor];
    layer.setWeights([kernel, tf.add(bias, tf.mul(logWeights(), sign))]);
  });
}
