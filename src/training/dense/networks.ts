/** Trains both networks of the dense predictor: first the student, then the one that predicts errors from its answers. */
import { join } from 'node:path';
import { NEURAL_CHANNELS, NEURAL_LATENTS } from '../../lib/codec/neural-latents.js';
import { PREDICTED_TASKS } from '../../lib/codec/latents.js';
import { buildDenseErrors, buildDenseStudent } from '../../lib/model/architectures/dense-predictor.js';
import tf, { type LayersModel, type Tensor } from '../../lib/model/tf.js';
import { STEPS_PER_WINDOW, WINDOWS_PER_RECORD } from '../../lib/signal/grid.js';
import { seededRandom } from '../../lib/signal/random.js';
import { CLASS_COUNT } from '../../lib/tasks/rhythm.js';
import { train } from '../loop.js';
import type { Lesson } from './lessons.js';

type Scalar = ReturnType<typeof tf.scalar>;

export interface TrainingSetting {
  readonly work: string;
  readonly steps: number;
  readonly seed: number;
  readonly identity: string;
}

const RECORDS_PER_BATCH = 16;
const WINDOWS_PER_BATCH = 256;
const LATENT_STEPS = NEURAL_LATENTS / NEURAL_CHANNELS;
/** The quantile of the errors that is predicted. */
const QUANTILE = 0.9;

/** Minimises the cross-entropy with the classifier's posteriors, window by window. */
export async function learnStudent(lessons: readonly Lesson[], setting: TrainingSetting): Promise<LayersModel> {
  const student = buildDenseStudent();
  const windows = RECORDS_PER_BATCH * WINDOWS_PER_RECORD;
  await train({
    name: 'dense student',
    work: join(setting.work, 'student'),
    steps: setting.steps,
    peakRate: 2e-3,
    warmup: 0.1,
    weightDecay: 1e-2,
    clipNorm: 1,
    networks: { student },
    identity: { seed: setting.seed, of: setting.identity },
    loss: (step) => {
      const random = seededRandom(setting.seed * 1_000_003 + step);
      const drawn = Array.from({ length: RECORDS_PER_BATCH }, () => lessons[random.integer(lessons.length)]!);
      const x = tf.concat(
        drawn.flatMap(({ latents }) => latents.map((own) => tf.tensor4d(own, [1, 1, LATENT_STEPS, NEURAL_CHANNELS]))),
      );
      const y = tf.concat(
        drawn.map(({ posterior }) => tf.tensor4d(posterior, [WINDOWS_PER_RECORD, 1, STEPS_PER_WINDOW, CLASS_COUNT])),
      );
      const logits = student.apply(x, { training: true }) as Tensor;
      return tf.div<Scalar>(tf.sum(tf.mul(y, tf.logSoftmax(logits))), -windows * STEPS_PER_WINDOW);
    },
  });
  return student;
}

/**
 * Learns an upper quantile of the logarithm of each error (Koenker and Bassett, 1978): the tail is what breaks a bound.
 *
 * @param features standardised, one row per window
 * @param errors one row per window: rung after rung the error of each task
 * @param floors by task, added to its errors before the logarithm
 */
export async function learnErrors(
  features: readonly Float32Array[],
  errors: readonly Float32Array[],
  floors: readonly number[],
  setting: TrainingSetting,
): Promise<LayersModel> {
  const width = features[0]!.length;
  const outputs = errors[0]!.length;
  const network = buildDenseErrors(width, outputs);
  const above = Array.from({ length: outputs }, (_, i) => floors[i % PREDICTED_TASKS.length]!);
  await train({
    name: 'dense errors',
    work: join(setting.work, 'errors'),
    steps: setting.steps,
    peakRate: 3e-3,
    warmup: 0.1,
    weightDecay: 5e-2,
    clipNorm: 1,
    networks: { errors: network },
    identity: { seed: setting.seed, of: setting.identity, width },
    loss: (step) => {
      const random = seededRandom(setting.seed * 2_000_003 + step);
      const rows = Array.from({ length: WINDOWS_PER_BATCH }, () => random.integer(features.length));
      const x = tf.stack(rows.map((row) => tf.tensor3d(features[row]!, [1, 1, width])));
      const truth = tf.log(tf.add(tf.stack(rows.map((row) => tf.tensor1d(errors[row]!))), tf.tensor1d(above)));
      const miss = tf.sub(truth, network.apply(x, { training: true }) as Tensor);
      return tf.mean<Scalar>(tf.maximum(tf.mul(miss, QUANTILE), tf.mul(miss, QUANTILE - 1)));
    },
  });
  return network;
}

/** Mean and deviation of each feature. */
export function standards(features: readonly Float32Array[]): {
  readonly mean: number[];
  readonly deviation: number[];
} {
  const width = features[0]!.length;
  const mean = Array.from(
    { length: width },
    (_, i) => features.reduce((sum, own) => sum + own[i]!, 0) / features.length,
  );
  const deviation = mean.map((centre, i) => {
    const variance = features.reduce((sum, own) => sum + (own[i]! - centre) ** 2, 0) / features.length;
    return Math.sqrt(variance) + 1e-3;
  });
  const short = (value: number): number => Number(value.toPrecision(6));
  return { mean: mean.map(short), deviation: deviation.map(short) };
}
