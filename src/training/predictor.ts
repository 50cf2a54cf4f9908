/**
 * The third phase: codec and tasks are frozen, the dense predictors learn the error that each head's decoded signal
 * adds to the tasks (mean squared error, as in the paper), window by window, on the split's selection part: records
 * that the codec was trained on would teach it errors smaller than those of the field.
 */
import { join } from 'node:path';
import { countLatents, LATENT_COUNT, LATENT_RANGE, PREDICTED_TASKS, type Head } from '../lib/codec/latents.js';
import { measureScale } from '../lib/codec/window-scale.js';
import { buildPaperPredictor } from '../lib/model/architectures/paper-codec.js';
import { writeModel } from '../lib/model/store.js';
import tf, { type LayersModel, type Tensor } from '../lib/model/tf.js';
import { RECORD, WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { seededRandom } from '../lib/signal/random.js';
import { cutWindows, decode, encode, loadTrained, normalised, type PaperNetworks } from './compressor.js';
import { loadCinc, type CincRecord } from './data/cinc.js';
import { loadTasks, type FrozenTasks } from './frozen-tasks.js';
import type { Figures } from './history.js';
import { train } from './loop.js';
import { recordErrors, type WindowErrors } from './record-errors.js';
import { readSplit } from './split.js';
import { rankCorrelation } from './statistics.js';
import { chooseTau } from './tau.js';

export interface TrainPredictorOptions {
  readonly cinc: string;
  readonly cincLabels: string;
  readonly cincSplit: string;
  readonly models: string;
  readonly work: string;
  readonly steps: number;
  readonly seed: number;
}

const BATCH = 256;
/** Validation is the last part of the selection part; the predictors see the rest. */
const VALIDATION_SHARE = 0.3;
/** Records whose latents fill the entropy tables. */
const TABLE_RECORDS = 800;
/** Errors are clipped here in training: what is far over any bound need not be told from what is farther. */
const MOST_ERROR = { rhythm: 3, peaks: 1 };

interface Samples {
  /** Rows of latents in -1..1 and of errors. */
  readonly latents: Float32Array[];
  readonly errors: WindowErrors[];
}

export async function trainPredictor(options: TrainPredictorOptions): Promise<void> {
  const { networks, training: about } = await loadTrained(options.work);
  const parts = await readSplit(options.cincSplit);
  const usable = new Set([...parts].filter(([, p]) => p === 'train' || p === 'selection').map(([name]) => name));
  const records = (await loadCinc(options.cinc, options.cincLabels, usable)).filter((r) => r.samples.length >= RECORD);
  const selection = records.filter(({ name }) => parts.get(name) === 'selection');
  const training = records.filter(({ name }) => parts.get(name) === 'train');
  const tasks = await loadTasks(options.models);
  const samples = collect(selection, networks, tasks);
  const predictors: Record<Head, LayersModel> = {
    32: buildPaperPredictor(LATENT_COUNT[32], PREDICTED_TASKS.length),
    64: buildPaperPredictor(LATENT_COUNT[64], PREDICTED_TASKS.length),
  };
  const first = WINDOWS_PER_RECORD * Math.round((1 - VALIDATION_SHARE) * selection.length);
  const figures = await train({
    name: 'predictor',
    work: join(options.work, 'phase3'),
    steps: options.steps,
    peakRate: 1e-2,
    warmup: 0.1,
    weightDecay: 1e-2,
    clipNorm: 1,
    networks: { predictor32: predictors[32], predictor64: predictors[64] },
    identity: { seed: options.seed, phase: 3 },
    validateEvery: Math.ceil(options.steps / 4),
    validate: () => evaluate(samples, predictors, first),
    loss: (step) => {
      const random = seededRandom(options.seed * 1_000_003 + step);
      const rows = Array.from({ length: BATCH }, () => random.integer(first));
      const loss = (head: Head): Tensor => {
        const { latents, errors } = samples[head];
        const x = tf.stack(rows.map((r) => tf.tensor3d(latents[r]!, [1, LATENT_COUNT[head], 1])));
        const y = tf.tensor2d(rows.map((r) => [Math.min(errors[r]![0], MOST_ERROR.rhythm), 10 * Math.min(errors[r]![1], MOST_ERROR.peaks)])); // prettier-ignore
        const predicted = tf.mul(predictors[head].apply(x) as Tensor, tf.tensor1d([1, 10]));
        return tf.losses.meanSquaredError(y, predicted);
      };
      return tf.add(loss(32), loss(64));
    },
  });

  const choice = chooseTau(
    ([32, 64] as const).map((head) => {
      const errors = samples[head].errors.slice(first);
      const predicted = predictErrors(predictors[head], head, samples[head].latents.slice(first));
      return { name: `paper-${head}`, errors, predicted, bytes: errors.map(() => LATENT_COUNT[head]) };
    }),
    'lossless',
  );
  const tableRecords = seededRandom(options.seed)
    .shuffle([...training])
    .slice(0, TABLE_RECORDS);
  const counts = latentCounts(tableRecords, networks);
  await writeModel(
    join(options.models, 'paper'),
    {
      name: 'paper',
      version: 1,
      architecture: { kind: 'paper-codec', config: {} },
      parameters: {
        ladder: [
          { name: 'lossless', kind: 'lossless', nominalGain: 1 },
          { name: 'paper-32', kind: 'paper', nominalGain: 32, head: 32, counts: counts[32] },
          { name: 'paper-64', kind: 'paper', nominalGain: 64, head: 64, counts: counts[64] },
        ],
        scaleRange: scaleRange(training),
        tau: choice.tau,
      },
      training: { ...about, through: tasks.hashes, selection: { records: selection.length, ...figures, choice } },
    },
    {
      encoder: { network: networks.encoder, dtype: 'float32' },
      predictor32: { network: predictors[32], dtype: 'float32' },
      predictor64: { network: predictors[64], dtype: 'float32' },
      adapter32: { network: networks.decoder.adapter32, dtype: 'float16' },
      adapter64: { network: networks.decoder.adapter64, dtype: 'float16' },
      shared: { network: networks.decoder.shared, dtype: 'float16' },
    },
  );
}

/** Errors of every window of the records, decoded at one head throughout. */
function collect(records: readonly CincRecord[], networks: PaperNetworks, tasks: FrozenTasks): Record<Head, Samples> {
  const out: Record<Head, Samples> = { 32: { latents: [], errors: [] }, 64: { latents: [], errors: [] } };
  for (const [done, record] of records.entries()) {
    if (done % 100 === 0) process.stderr.write(`predictor: errors of ${done}/${records.length} records\n`);
    tf.tidy(() => {
      const { x, of } = recordErrors(tasks, cutWindows(millivoltsOf(record)));
      const latents = encode(networks, x, false);
      ([32, 64] as const).forEach((head, i) => {
        out[head].errors.push(...of(decode(networks, latents[i]!, head, false)));
        const values = tf.div(latents[i]!, LATENT_RANGE).dataSync() as Float32Array;
        const count = LATENT_COUNT[head];
        for (let w = 0; w * count < values.length; w++) {
          out[head].latents.push(values.slice(w * count, (w + 1) * count));
        }
      });
    });
  }
  return out;
}

/** Predicted errors (rhythm, peaks) of rows of latents. */
function predictErrors(predictor: LayersModel, head: Head, latents: readonly Float32Array[]): WindowErrors[] {
  return tf.tidy(() => {
    const x = tf.stack(latents.map((l) => tf.tensor3d(l, [1, LATENT_COUNT[head], 1])));
    return (predictor.predict(x) as Tensor).arraySync() as WindowErrors[];
  });
}

/** Rank correlation of predicted and true error, and mean errors, per head and task, on the rows from `first` on. */
function evaluate(samples: Record<Head, Samples>, predictors: Record<Head, LayersModel>, first: number): Figures {
  const figures: Record<string, number> = {};
  for (const head of [32, 64] as const) {
    const errors = samples[head].errors.slice(first);
    const predicted = predictErrors(predictors[head], head, samples[head].latents.slice(first));
    PREDICTED_TASKS.forEach((task, t) => {
      const truth = errors.map((e) => e[t]!);
      figures[`${task}${head}Rank`] = rankCorrelation(truth, predicted.map((p) => p[t]!)); // prettier-ignore
      figures[`${task}${head}Mean`] = truth.reduce((a, b) => a + b, 0) / truth.length;
    });
  }
  return figures;
}

function latentCounts(records: readonly CincRecord[], networks: PaperNetworks): Record<Head, number[][]> {
  const windows: Record<Head, Int8Array[]> = { 32: [], 64: [] };
  for (const record of records) {
    tf.tidy(() => {
      const latents = encode(networks, normalised(cutWindows(millivoltsOf(record))).x, false);
      ([32, 64] as const).forEach((head, i) => {
        const values = Int8Array.from(latents[i]!.dataSync());
        for (let at = 0; at < values.length; at += LATENT_COUNT[head]) {
          windows[head].push(values.slice(at, at + LATENT_COUNT[head]));
        }
      });
    });
  }
  return { 32: countLatents(windows[32]), 64: countLatents(windows[64]) };
}

/** 0.1% and 99.9% quantiles of the scale index over the windows of training. */
export function scaleRange(records: readonly CincRecord[]): [number, number] {
  const indices = records.flatMap((record) => cutWindows(millivoltsOf(record)).map((w) => measureScale(w).index));
  indices.sort((a, b) => a - b);
  return [indices[Math.floor(0.001 * indices.length)]!, indices[Math.floor(0.999 * indices.length)]!];
}

export function millivoltsOf({ samples }: CincRecord): Float32Array {
  return Float32Array.from(samples.subarray(0, RECORD), (v) => v * 1e-3);
}
