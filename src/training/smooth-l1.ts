import tf, { type Tensor } from '../lib/model/tf.js';

/** Absolute difference of each element, quadratic below `delta` (Huber, 1964). */
export function smoothL1(a: Tensor, b: Tensor, delta: number): Tensor {
  const d = tf.abs(tf.sub(a, b));
  const quadratic = tf.minimum(d, delta);
  return tf.add(tf.mul(tf.square(quadratic), 0.5 / delta), tf.sub(d, quadratic));
}
