import { describe, expect, it } from 'vitest';
import tf, { type Tensor } from '../../src/lib/model/tf.js';
import { BEAT_MEASURES, STEP_MEASURES } from '../../src/training/beat-measures.js';
import { beatsLoss, buildBeatsHead, W_BEATS } from '../../src/training/beats-head.js';
import type { BeatTargets } from '../../src/training/rhythm-batches.js';

const STEPS = 2;

/** Targets of 0 for two rows of two steps. */
function targets(wholeKnown: number[], stepsKnown: number[]): BeatTargets {
  return {
    whole: tf.zeros([2, BEAT_MEASURES]),
    wholeKnown: tf.tensor2d(wholeKnown, [2, 1]),
    steps: tf.zeros([2, 1, STEPS, STEP_MEASURES]),
    stepsKnown: tf.tensor4d(stepsKnown, [2, 1, STEPS, 1]),
  };
}

/** Says the same of every measure of a row, and of a step. */
const said = (ofRows: number[], ofSteps: number[]): [Tensor, Tensor] => [
  tf.tile(tf.tensor4d(ofSteps, [2, 1, STEPS, 1]), [1, 1, 1, STEP_MEASURES]),
  tf.tile(tf.tensor2d(ofRows, [2, 1]), [1, BEAT_MEASURES]),
];

describe('the second task of the rhythm classifier', () => {
  it('answers of steps first, then of the whole, for any number of steps', () => {
    const head = buildBeatsHead(8);
    for (const steps of [3, 35]) {
      const answer = head.apply([tf.ones([2, 1, steps, 8]), tf.ones([2, 8])]) as Tensor[];
      expect(answer.map(({ shape }) => shape)).toEqual([[2, 1, steps, STEP_MEASURES], [2, BEAT_MEASURES]]); // prettier-ignore
    }
  });

  it('costs the mean smooth L1 of what is known of rows, and of what is known of steps', () => {
    const loss = (...[answer, target]: Parameters<typeof beatsLoss>): number =>
      beatsLoss(answer, target).dataSync()[0]!;
    // Row 0 is 3 off, which costs 2.5; of row 1 nothing is known.
    expect(loss(said([3, 100], [0, 0, 0, 0]), targets([1, 0], [1, 1, 1, 1]))).toBeCloseTo(2.5 * W_BEATS.whole, 4);
    // Of four steps two are known, one of them 1 off, which costs 0.5.
    expect(loss(said([0, 0], [1, 50, 0, 50]), targets([1, 1], [1, 0, 1, 0]))).toBeCloseTo(0.25 * W_BEATS.steps, 4);
    expect(loss(said([1, 1], [1, 1, 1, 1]), targets([0, 0], [0, 0, 0, 0]))).toBe(0);
  });
});
