/**
 * Class weights of the rhythm training, and how to take them out of the classifier's answers: trained with weights, it answers
 * as if A and noise were more frequent by the factor of their weight (Elkan 2001).
 */
import tf, { type LayersModel, type Tensor } from '../lib/model/tf.js';
import type { Manifest } from '../lib/model/manifest.js';

/** N is half of all records; A and noise are rarer, and O is the class confused most. */
export const CLASS_WEIGHTS = [1, 1.6, 1, 1.6];
/** Entry in the manifest of a classifier whose weights were taken out. */
export const WITHOUT_CLASS_WEIGHTS = { classWeights: 'taken out' } as const;

const isWithout = ({ training }: Manifest): boolean => training['classWeights'] === WITHOUT_CLASS_WEIGHTS.classWeights;

export function takeOutClassWeights(network: LayersModel): void {
  shiftLogits(network, -1);
}

/** Undoes `takeOutClassWeights` for a training that continues, if `manifest` says that the weights were taken out. */
export function putBackClassWeights(network: LayersModel, manifest: Manifest): void {
  if (isWithout(manifest)) shiftLogits(network, 1);
}

/** A teacher's probabilities with the class weights in, whether or not they were taken out: labels are taught with them too. */
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
