import { describe, expect, it } from 'vitest';
import { trainingBatchNorm } from '../../../src/lib/model/kernels.js';
import tf, { type Tensor } from '../../../src/lib/model/tf.js';

const EPSILON = 1e-3;

function largestDifference(a: Tensor, b: Tensor): number {
  return tf.max(tf.abs(tf.sub(a, b))).dataSync()[0]!;
}

describe('the training kernels', () => {
  it('normalise and differentiate as the elementwise definition does', () => {
    const x = tf.randomNormal([8, 1, 4480, 4], 5, 2, 'float32', 1);
    const weights = tf.randomNormal([8, 1, 4480, 4], 0, 1, 'float32', 2);
    const gamma = tf.tensor1d([1.3, 0.7, 1, 0.5]);
    const beta = tf.tensor1d([0.2, -0.1, 0, 0.3]);
    const byDefinition = (signal: Tensor, scale: Tensor, offset: Tensor): Tensor => {
      const { mean, variance } = tf.moments(signal, [0, 1, 2]);
      return tf.add(tf.mul(tf.div(tf.sub(signal, mean), tf.sqrt(tf.add(variance, EPSILON))), scale), offset);
    };
    const own = (signal: Tensor, scale: Tensor, offset: Tensor): Tensor =>
      trainingBatchNorm(signal, scale, offset, EPSILON).output;
    expect(largestDifference(own(x, gamma, beta), byDefinition(x, gamma, beta))).toBeLessThan(1e-5);
    const loss = (f: typeof own) => (a: Tensor, b: Tensor, c: Tensor) => tf.sum(tf.mul(weights, f(a, b, c)));
    const expected = tf.grads(loss(byDefinition))([x, gamma, beta]);
    const got = tf.grads(loss(own))([x, gamma, beta]);
    got.forEach((gradient, i) => {
      const scale = tf.max(tf.abs(expected[i]!)).dataSync()[0]!;
      expect(largestDifference(gradient, expected[i]!)).toBeLessThan(1e-4 * scale);
    });
  });

  it('pass no gradient where ReLU is 0', () => {
    const gradient = tf.grad((v: Tensor) => tf.sum(tf.mul(tf.relu(v), tf.tensor1d([2, 3, 4]))))(
      tf.tensor1d([-1, 0, 2]),
    );
    expect([...gradient.dataSync()]).toEqual([0, 0, 4]);
  });
});
