/** What a decoded record adds to the errors of the tasks, window by window. */
import tf, { type Tensor } from '../lib/model/tf.js';
import { RECORD, STEPS_PER_WINDOW, WINDOW, WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { peaksError } from '../lib/tasks/peaks.js';
import { addedCrossEntropy, softmax } from '../lib/tasks/rhythm.js';
import type { FrozenTasks } from './frozen-tasks.js';
import { normalisedTensors, type NormalisedWindows } from './windows.js';

/** Errors of a window: rhythm in nats, peaks as RPnet's loss. */
export type WindowErrors = [rhythm: number, peaks: number];

/** Errors are learnt as logarithms above these floors: whether a bound is met is a matter of factors. */
export const ERROR_FLOORS = [0.005, 0.002] as const satisfies WindowErrors;

/**
 * Returns functions of decoded windows (normalised like their originals, [5, 1, 1792, 1]) that give each window's errors by
 * the whole-record protocol. They hold tensors: call them within one `tf.tidy`.
 *
 * @param windows the record's five, in millivolts
 */
export function recordErrors(
  tasks: FrozenTasks,
  windows: readonly Float32Array[],
): NormalisedWindows & {
  readonly of: (decoded: Tensor) => WindowErrors[];
  /** The same, with the class probabilities [35 x 4] behind the errors. */
  readonly outcome: (decoded: Tensor) => { readonly errors: WindowErrors[]; readonly probabilities: Float32Array };
} {
  const normalised = normalisedTensors(windows);
  const { x, scale, offset } = normalised;
  const probabilities = (y: Tensor): Float32Array => {
    const whole = tf.reshape(tf.add(tf.mul(y, scale), offset), [1, 1, RECORD, 1]);
    return softmax(tasks.rhythmLogits(whole).dataSync() as Float32Array, 1);
  };
  const map = (y: Tensor): Float32Array => tasks.distance(y).dataSync() as Float32Array;
  const [original, originalMap] = [probabilities(x), map(x)];
  const outcome = (decoded: Tensor): { errors: WindowErrors[]; probabilities: Float32Array } => {
    const [p, distances] = [probabilities(decoded), map(decoded)];
    const errors = windows.map((_, w): WindowErrors => {
      const own = (of: Float32Array): Float32Array => of.subarray(w * WINDOW, (w + 1) * WINDOW);
      return [
        addedCrossEntropy(original, p, w * STEPS_PER_WINDOW, (w + 1) * STEPS_PER_WINDOW),
        peaksError(own(originalMap), own(distances)),
      ];
    });
    return { errors, probabilities: p };
  };
  return { ...normalised, outcome, of: (decoded) => outcome(decoded).errors };
}

/** Mean errors of each record, from the errors of its windows. */
export function meanByRecord(errors: readonly Readonly<WindowErrors>[]): WindowErrors[] {
  return Array.from({ length: errors.length / WINDOWS_PER_RECORD }, (_, r): WindowErrors => {
    const record = errors.slice(r * WINDOWS_PER_RECORD, (r + 1) * WINDOWS_PER_RECORD);
    const mean = (task: 0 | 1): number => record.reduce((sum, e) => sum + e[task], 0) / WINDOWS_PER_RECORD;
    return [mean(0), mean(1)];
  });
}
