/** The second task of the rhythm classifier's training, thrown away afterwards: the measures of the beats. */
import tf, { type LayersModel, type SymbolicTensor, type Tensor } from '../lib/model/tf.js';
import { BEAT_MEASURES, MEASURES_HASH, STEP_MEASURES } from './beat-measures.js';
import type { BeatTargets } from './rhythm-batches.js';
import { smoothL1 } from './smooth-l1.js';

/** Weights of the beats' measures, each in its deviation: of a whole signal, and of its steps. */
export const W_BEATS = { whole: 0.2, steps: 0.2 } as const;

const HIDDEN = 64;

/** What a training with this head is known by. */
export const BEATS_IDENTITY = { weights: W_BEATS, hidden: HIDDEN, measures: MEASURES_HASH } as const;

/** What a classifier answers from, [n, 1, steps, `inputs`] and its mean over steps [n, `inputs`], to the measures of the beats of both. */
export function buildBeatsHead(inputs: number): LayersModel {
  const steps = tf.input({ shape: [1, null, inputs] });
  const mean = tf.input({ shape: [inputs] });
  const layer = (units: number, activation: 'relu' | 'linear', of: SymbolicTensor): SymbolicTensor =>
    tf.layers.dense({ units, activation }).apply(of) as SymbolicTensor;
  return tf.model({
    inputs: [steps, mean],
    outputs: [
      layer(STEP_MEASURES, 'linear', layer(HIDDEN, 'relu', steps)),
      layer(BEAT_MEASURES, 'linear', layer(HIDDEN, 'relu', mean)),
    ],
  });
}

/** Weighted errors of the measures over the rows and the steps that have any. */
export function beatsLoss(
  [steps, whole]: readonly [Tensor, Tensor],
  targets: BeatTargets,
): ReturnType<typeof tf.scalar> {
  return tf.add(
    tf.mul(W_BEATS.whole, meanError(whole, targets.whole, targets.wholeKnown)),
    tf.mul(W_BEATS.steps, meanError(steps, targets.steps, targets.stepsKnown)),
  );
}

/** Smooth L1 a measure where `known` is 1. */
function meanError(said: Tensor, target: Tensor, known: Tensor): ReturnType<typeof tf.scalar> {
  const measures = target.shape.at(-1)!;
  return tf.div(tf.sum(tf.mul(smoothL1(said, target, 1), known)), tf.add(tf.mul(tf.sum(known), measures), 1e-6));
}
