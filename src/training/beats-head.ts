/** The second task of the rhythm classifier's training, discarded afterwards: predicting the measures of the beats. */
import tf, { type LayersModel, type SymbolicTensor, type Tensor } from '../lib/model/tf.js';
import { BEAT_MEASURES, MEASURES_HASH } from './beat-measures.js';
import type { BeatTargets } from './rhythm-batches.js';
import { smoothL1 } from './smooth-l1.js';

/** Weight of the loss of the beats' measures, each in units of its deviation. */
export const W_BEATS = 0.2;

const HIDDEN = 64;

/** What identifies this head in the identity of a training. */
export const BEATS_IDENTITY = { weight: W_BEATS, hidden: HIDDEN, measures: MEASURES_HASH } as const;

/** Maps the classifier's `inputs` features, averaged over steps, to the measures of the beats. */
export function buildBeatsHead(inputs: number): LayersModel {
  const input = tf.input({ shape: [inputs] });
  const hidden = tf.layers.dense({ units: HIDDEN, activation: 'relu' }).apply(input) as SymbolicTensor;
  return tf.model({
    inputs: input,
    outputs: tf.layers.dense({ units: BEAT_MEASURES }).apply(hidden) as SymbolicTensor,
  });
}

/** Weighted smooth L1 loss, mean over measures and over the rows that have any. */
export function beatsLoss(said: Tensor, { measures, known }: BeatTargets): ReturnType<typeof tf.scalar> {
  const loss = smoothL1(said, measures, 1);
  return tf.mul(W_BEATS / BEAT_MEASURES, tf.div(tf.sum(tf.mul(loss, known)), tf.add(tf.sum(known), 1e-6)));
}
