import { describe, expect, it } from 'vitest';
import tf, { type Tensor } from '../../src/lib/model/tf.js';
import { RECORD } from '../../src/lib/signal/grid.js';
import { crossEntropy, softmax } from '../../src/lib/tasks/rhythm.js';
import type { FrozenTasks } from '../../src/training/frozen-tasks.js';
import { labelLoss, rhythmLoss } from '../../src/training/task-losses.js';

const STEPS = 35;

/** Logits that are k times the mean of the step's 256 samples for class k. */
const tasks: FrozenTasks = {
  rhythmLogits: (millivolts) => {
    const means = tf.mean(tf.reshape(millivolts, [-1, 1, STEPS, 256]), -1, true);
    return tf.mul(means, tf.tensor1d([0, 1, 2, 3]));
  },
  distance: (windows: Tensor) => windows,
  hashes: { rhythm: '', peaks: '' },
};
const record = (level: number): number[] => new Array<number>(RECORD).fill(level);
const signal = (...levels: number[]): Tensor => tf.tensor4d(levels.flatMap(record), [5 * levels.length, 1, 1792, 1]);
const probabilities = (level: number): Float32Array =>
  softmax(
    Float32Array.from({ length: 4 * STEPS }, (_, i) => level * (i % 4)),
    1,
  );

describe('the loss of rhythm', () => {
  it('against labels is the cross-entropy that evaluations count, record by record', () => {
    tf.tidy(() => {
      const losses = [...labelLoss(tasks, [0, 3, 2], signal(-1, 0, 0.5)).dataSync()];
      const expected = [crossEntropy(probabilities(-1), 0), Math.log(4), crossEntropy(probabilities(0.5), 2)];
      losses.forEach((loss, i) => {
        expect(loss).toBeCloseTo(expected[i]!, 5);
      });
    });
  });

  it('against the original is 0 where nothing changed, against a wrong label it is not', () => {
    tf.tidy(() => {
      const x = signal(2);
      expect(rhythmLoss(tasks, x, x).dataSync()[0]).toBeCloseTo(0, 6);
      expect(rhythmLoss(tasks, x, signal(-2)).dataSync()[0]).toBeGreaterThan(1);
      expect(labelLoss(tasks, [0], x).dataSync()[0]).toBeGreaterThan(5);
    });
  });
});
