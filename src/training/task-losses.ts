/** What compression adds to the errors of the frozen tasks, as losses on which a codec can be trained. */
import tf, { type Tensor, type Tensor4D } from '../lib/model/tf.js';
import { RECORD, WINDOW } from '../lib/signal/grid.js';
import { SMOOTH } from '../lib/tasks/peaks.js';
import { CLASS_COUNT } from '../lib/tasks/rhythm.js';
import type { FrozenTasks } from './frozen-tasks.js';
import { smoothL1 } from './smooth-l1.js';

/** Added cross-entropy of each record, [n] nats, from millivolts that hold n records. */
export function rhythmLoss(tasks: FrozenTasks, original: Tensor, decoded: Tensor): Tensor {
  const target = tasks.rhythmLogits(wholeRecords(original));
  const logits = tasks.rhythmLogits(wholeRecords(decoded));
  const p = tf.softmax(target);
  return tf.mean(tf.sum(tf.mul(p, tf.sub(tf.logSoftmax(target), tf.logSoftmax(logits))), -1), [1, 2]);
}

/** Cross-entropy of each record against its label, [n] nats: the paper's loss, which is above 0 even on the original. */
export function labelLoss(tasks: FrozenTasks, labels: readonly number[], decoded: Tensor): Tensor {
  const logits = tasks.rhythmLogits(wholeRecords(decoded));
  const target = tf.reshape(tf.oneHot(tf.tensor1d([...labels], 'int32'), CLASS_COUNT), [labels.length, 1, 1, -1]);
  return tf.mean(tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), -1)), [1, 2]);
}

function wholeRecords(y: Tensor): Tensor4D {
  return tf.reshape(y, [-1, 1, RECORD, 1]);
}

/** Smooth L1 between the distance maps of `count` windows, which have unit deviation, as RPnet expects. */
export function peaksLoss(tasks: FrozenTasks, original: Tensor, decoded: Tensor, first: number, count: number): Tensor {
  const some = (y: Tensor): Tensor => tf.slice(y, [first, 0, 0, 0], [count, 1, WINDOW, 1]);
  return tf.mean(smoothL1(tasks.distance(some(original)), tasks.distance(some(decoded)), SMOOTH));
}
