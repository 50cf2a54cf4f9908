/**
 * The third phase: codec and tasks are frozen, and dense predictors learn the tasks' errors on each head's decoded signal
 * (mean squared error, as in the paper), window by window. They use the split's selection part: on records that the codec was
 * trained on, they would learn errors smaller than those in the field. Each head has two: one for the cross-entropy against
 * the label, as in the paper, and one for the added cross-entropy.
 */
import { join } from 'node:path';
import { HEADS, LATENT_COUNT, PREDICTED_TASKS, type Head } from '../lib/codec/latents.js';
import { buildPaperPredictor } from '../lib/model/architectures/paper-codec.js';
import tf, { type LayersModel, type Tensor } from '../lib/model/tf.js';
import { RECORD, WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { seededRandom } from '../lib/signal/random.js';
import { listNetworks, loadNetworks, trainedFolder } from './compressor.js';
import { loadCinc } from './data/cinc.js';
import { loadTasks } from './frozen-tasks.js';
import type { Figures } from './history.js';
import { train } from './loop.js';
import { collectErrors, headFigures, type HeadErrors } from './paper-errors.js';
import { writePaperModel } from './paper-model.js';
import { splitHashes } from './origin.js';
import type { WindowErrors } from './record-errors.js';
import { readSplit, validationFrom, type SelectionTrainingOptions } from './split.js';
import { rankCorrelation } from './statistics.js';
import { chooseTau } from './tau.js';
import { weightsHash } from './weights-hash.js';

const BATCH = 256;
/** Share of latents hidden from the predictors in a training step, as in the paper's code. */
const DROPOUT = 0.2;
/** Errors are clipped here in training: beyond any bound, larger errors need not be distinguished. */
const MOST_ERROR = { rhythm: 3, peaks: 1 };

/** A predictor by the name of its file: its head, and the error that it learns. */
const PREDICTORS = {
  predictor32: { head: 32, of: 'added' },
  predictor64: { head: 64, of: 'added' },
  labelPredictor32: { head: 32, of: 'label' },
  labelPredictor64: { head: 64, of: 'label' },
} as const satisfies Readonly<Record<string, { head: Head; of: 'added' | 'label' }>>;
type PredictorName = keyof typeof PREDICTORS;
const NAMES = Object.keys(PREDICTORS) as PredictorName[];
type Errors = Readonly<Record<Head, HeadErrors>>;

export async function trainPredictor(options: SelectionTrainingOptions): Promise<void> {
  const { models, steps, seed } = options;
  const { networks, training: about } = await loadNetworks(trainedFolder(options.work));
  const parts = await readSplit(options.cincSplit);
  const usable = new Set([...parts].filter(([, p]) => p === 'train' || p === 'selection').map(([name]) => name));
  const records = (await loadCinc(options.cinc, options.cincLabels, usable)).filter((r) => r.samples.length >= RECORD);
  const selection = records.filter(({ name }) => parts.get(name) === 'selection');
  const tasks = await loadTasks(models);
  const errors = collectErrors(selection, networks, tasks);
  const predictors = Object.fromEntries(
    NAMES.map((name) => [name, buildPaperPredictor(LATENT_COUNT[PREDICTORS[name].head], PREDICTED_TASKS.length)]),
  ) as Record<PredictorName, LayersModel>;
  const firstRecord = validationFrom(selection.length);
  const first = WINDOWS_PER_RECORD * firstRecord;
  const ranks = await train({
    name: 'predictor',
    work: join(options.work, 'phase3'),
    steps,
    peakRate: 1e-2,
    warmup: 0.1,
    weightDecay: 1e-2,
    clipNorm: 1,
    networks: predictors,
    identity: { seed, phase: 3, codec: weightsHash(listNetworks(networks)), tasks: tasks.hashes },
    validateEvery: Math.ceil(steps / 4),
    validate: () => ranksOf(errors, predictors, first),
    loss: (step) => {
      const random = seededRandom(seed * 1_000_003 + step);
      const rows = Array.from({ length: BATCH }, () => random.integer(first));
      return tf.addN(NAMES.map((name) => predictorLoss(errors, name, predictors[name], rows, step)));
    },
  });

  const choice = chooseTau(
    ([32, 64] as const).map((head) => {
      const { added, latents } = errors[head];
      const predicted = predict(predictors[`predictor${head}`], head, latents.slice(first));
      return {
        name: `paper-${head}`,
        errors: added.slice(first),
        predicted,
        bytes: predicted.map(() => LATENT_COUNT[head]),
      };
    }),
    'lossless',
  );
  const heads = Object.fromEntries(
    HEADS.map((head) => [head, headFigures(fromRecord(errors[head], firstRecord))] as const),
  );
  await writePaperModel({ models, name: 'paper' }, networks, {
    records: records.filter(({ name }) => parts.get(name) === 'train'),
    seed,
    tau: choice.tau,
    predictors,
    training: {
      // The tasks of the second phase, if those were others.
      through: tasks.hashes,
      ...about,
      selection: { records: selection.length, splits: splitHashes(options), tasks: tasks.hashes, heads, ranks, choice },
    },
  });
}

function predictorLoss(
  errors: Errors,
  name: PredictorName,
  predictor: LayersModel,
  rows: readonly number[],
  step: number,
): ReturnType<typeof tf.scalar> {
  const { head, of } = PREDICTORS[name];
  const x = tf.stack(rows.map((row) => tf.tensor3d(errors[head].latents[row]!, [1, LATENT_COUNT[head], 1])));
  const truth = rows.map((row) => {
    const [rhythm, peaks] = errors[head][of][row]!;
    return [Math.min(rhythm, MOST_ERROR.rhythm), Math.min(peaks, MOST_ERROR.peaks)];
  });
  // Errors of peaks are a tenth of those of rhythm; scaled so that both count alike.
  const alike = (y: Tensor): Tensor => tf.mul(y, tf.tensor1d([1, 10]));
  const predicted = predictor.apply(tf.dropout(x, DROPOUT, undefined, step)) as Tensor;
  return tf.mean(tf.squaredDifference(alike(tf.tensor2d(truth)), alike(predicted)));
}

/** Predicted errors (rhythm, peaks) of rows of latents. */
function predict(predictor: LayersModel, head: Head, latents: readonly Float32Array[]): WindowErrors[] {
  return tf.tidy(() => {
    const x = tf.stack(latents.map((l) => tf.tensor3d(l, [1, LATENT_COUNT[head], 1])));
    return (predictor.predict(x) as Tensor).arraySync() as WindowErrors[];
  });
}

/** A stretch of the record; half of them are played at 0.8 to 1.28 times the speed. */
function ranksOf(errors: Errors, predictors: Readonly<Record<PredictorName, LayersModel>>, first: number): Figures {
  return Object.fromEntries(
    NAMES.flatMap((name) => {
      const { head, of } = PREDICTORS[name];
      const predicted = predict(predictors[name], head, errors[head].latents.slice(first));
      return PREDICTED_TASKS.map((task, t) => {
        const truth = errors[head][of].slice(first).map((own) => own[t]!);
        return [
          `${name}-${task}`,
          rankCorrelation(
            truth,
            predicted.map((own) => own[t]!),
          ),
        ] as const;
      });
    }),
  );
}

function fromRecord({ latents, added, label, prdn }: HeadErrors, first: number): HeadErrors {
  const window = WINDOWS_PER_RECORD * first;
  return {
    latents: latents.slice(window),
    added: added.slice(window),
    label: label.slice(window),
    prdn: prdn.slice(first),
  };
}
