import { describe, expect, it } from 'vitest';
import tf, { type Tensor } from '../../src/lib/model/tf.js';
import { BEAT_MEASURES } from '../../src/training/beat-measures.js';
import { beatsLoss, buildBeatsHead, W_BEATS } from '../../src/training/beats-head.js';

/** Says the same of every measure of a row; the targets are 0. */
function loss(rows: number[], known: number[]): number {
  const said = tf.tile(tf.tensor2d(rows, [rows.length, 1]), [1, BEAT_MEASURES]);
  const targets = { measures: tf.zerosLike(said), known: tf.tensor2d(known, [known.length, 1]) };
  return beatsLoss(said, targets).dataSync()[0]!;
}

describe('the second task of the rhythm classifier', () => {
  it('answers of every measure', () => {
    expect((buildBeatsHead(8).apply(tf.ones([2, 8])) as Tensor).shape).toEqual([2, BEAT_MEASURES]);
  });

  it('costs the mean smooth L1 of the rows of which something is known', () => {
    // Row 0 is 3 off, which costs 2.5; of row 1 nothing is known.
    expect(loss([3, 100], [1, 0])).toBeCloseTo(2.5 * W_BEATS, 4);
    expect(loss([1, 1], [0, 0])).toBe(0);
  });
});
