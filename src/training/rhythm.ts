/**
 * Trains the rhythm classifier on CinC 2017: the split's training part, with the record's label as target of every step. A
 * second training continues from a first one and makes it robust: it gets every signal both as it is and as a codec sends it,
 * and learns to answer the same for both. A first training may do so too, from one of its epochs on.
 */
import { join } from 'node:path';
import tf, { type SymbolicTensor, type Tensor, type Tensor4D } from '../lib/model/tf.js';
import { buildRhythm, RHYTHM_DEFAULT } from '../lib/model/architectures/rhythm.js';
import { loadRhythm, type LoadedModel } from '../lib/model/task-models.js';
import { writeModel } from '../lib/model/store.js';
import { STEP, STEPS_PER_RECORD } from '../lib/signal/grid.js';
import { seededRandom } from '../lib/signal/random.js';
import { addedCrossEntropy, CLASS_COUNT, readTemperature, softmax } from '../lib/tasks/rhythm.js';
import { BEATS_IDENTITY, beatsLoss, buildBeatsHead } from './beats-head.js';
import {
  CLASS_WEIGHTS,
  putBackClassWeights,
  takeOutClassWeights,
  weightedAnswers,
  WITHOUT_CLASS_WEIGHTS,
} from './class-weights.js';
import { loadCinc, millivoltsOf } from './data/cinc.js';
import { loadNoise } from './data/mitbih.js';
import { loadCodecHeard, type DecodedSignals } from './decoded-signals.js';
import { scoreRhythm } from './evaluation/rhythm-scores.js';
import type { Figures } from './history.js';
import { fitInputScale } from './input-scale.js';
import { train } from './loop.js';
import { mixWeights } from './mix-weights.js';
import { origin } from './origin.js';
import {
  augmentedBatch,
  BATCH,
  batchesPerEpoch,
  batchInput,
  pairedBatch,
  planEpoch,
  SHORTEST_STEPS,
  type Batch,
  type PlannedBatch,
} from './rhythm-batches.js';
import { readSplit } from './split.js';
import { crossEntropyOf, fitTemperature } from './temperature.js';
import { splitRows } from './windows.js';

type Scalar = ReturnType<typeof tf.scalar>;

export interface TrainRhythmOptions {
  readonly data: string;
  readonly labels: string;
  readonly noise: string;
  readonly split: string;
  readonly work: string;
  /** Folder of models to which the classifier is written, and against whose codec it is made robust. */
  readonly models: string;
  /** Folders of models whose classifiers are the teachers. */
  readonly teachers: readonly string[];
  /** Folder of models with the classifier from which this training continues, to make it robust. */
  readonly from?: string | undefined;
  /** With `from`: share of the trained weights in the result; the rest are those that it began with. */
  readonly share: number;
  /** Without `from`: epoch, from 1, from which on the training also gets what the codec of `models` sends. */
  readonly decodedFrom?: number | undefined;
  readonly epochs: number;
  readonly seed: number;
}

const NOISE_RECORDS = ['bw', 'ma'];
const SMOOTHING = 0.05;
/** Share of the teachers' mean answer in the target: the labels of CinC 2017 are not always right. */
const TAUGHT = 0.5;
/** Weight of the divergence between the answers on original and decoded signal, nats per step, beside their cross-entropies. */
const W_CONSISTENCY = 1;

export async function trainRhythm(options: TrainRhythmOptions): Promise<void> {
  const parts = await readSplit(options.split);
  const usable = new Set(
    [...parts].filter(([, part]) => part === 'train' || part === 'selection').map(([name]) => name),
  );
  const records = (await loadCinc(options.data, options.labels, usable)).filter(
    (r) => r.samples.length >= (SHORTEST_STEPS + 1) * STEP,
  );
  const training = records.filter((r) => parts.get(r.name) === 'train');
  const validation = records.filter((r) => parts.get(r.name) === 'selection');
  const noise = (await Promise.all(NOISE_RECORDS.map((name) => loadNoise(options.noise, name)))).flat();
  const network = buildRhythm(RHYTHM_DEFAULT);
  const average = buildRhythm(RHYTHM_DEFAULT);
  const beats = buildBeatsHead(RHYTHM_DEFAULT.contextFilters);
  const pooling = network.layers.find((layer) => layer.getClassName() === 'GlobalAveragePooling2D')!;
  const both = tf.model({ inputs: network.inputs, outputs: [network.outputs[0]!, pooling.output as SymbolicTensor] });
  const predict = (x: Tensor4D): Tensor => average.predict(x) as Tensor;
  const teachers = await Promise.all(options.teachers.map(loadRhythm));
  const start = options.from === undefined ? undefined : await loadRhythm(options.from);
  if (start) {
    for (const own of [network, average]) {
      own.setWeights(start.network.getWeights());
      putBackClassWeights(own, start.manifest);
    }
  }
  const began = start && average.getWeights().map((weight) => weight.clone());
  const decodedFrom = start ? 1 : options.decodedFrom;
  const heard = decodedFrom === undefined ? undefined : await loadCodecHeard(options.models);
  const stepsPerEpoch = batchesPerEpoch(training);
  const started = Date.now();

  let planned: PlannedBatch[] = [];
  let epochOfPlan = -1;
  const planOf = (step: number): PlannedBatch => {
    const epoch = Math.floor(step / stepsPerEpoch);
    if (epoch !== epochOfPlan) {
      planned = planEpoch(training, seededRandom(options.seed * 1000 + epoch));
      epochOfPlan = epoch;
    }
    return planned[step % stepsPerEpoch]!;
  };
  const labels = validation.map(({ label }) => label);
  const originals = validation.map(millivoltsOf);
  const sent = heard && sentOnce(originals, heard.decoded);

  const figuresOf = (logits: readonly Float32Array[]): Figures => ({
    ...scoresOf(labels, logits),
    ...(sent && addedErrors(logits, logitsOf(sent, predict))),
  });

  await train({
    name: 'rhythm',
    work: options.work,
    steps: stepsPerEpoch * options.epochs,
    ...(start ? { peakRate: 1.2e-3, warmup: 0.1 } : { peakRate: 4e-3, warmup: 0.25 }),
    weightDecay: 5e-2,
    clipNorm: 1,
    networks: { rhythm: network, average, beats },
    average: { of: 'rhythm', into: 'average', decay: 0.998 },
    identity: {
      seed: options.seed,
      config: RHYTHM_DEFAULT,
      beats: BEATS_IDENTITY,
      teachers: teachers.map(({ hash }) => hash),
      ...(start && { from: start.hash }),
      ...(heard && { codec: heard.codec, decodedFrom }),
    },
    validateEvery: stepsPerEpoch,
    validate: () => figuresOf(logitsOf(originals, predict)),
    loss: (step) => {
      const seed = options.seed * 1_000_003 + step;
      const answer = (x: Tensor): Answer => {
        const [logits, pooled] = both.apply(x, { training: true }) as [Tensor, Tensor];
        return { logits, measures: beats.apply(pooled) as Tensor };
      };
      const epoch = 1 + Math.floor(step / stepsPerEpoch);
      if (heard && epoch >= decodedFrom!)
        return robustLoss(answer, pairedBatch(planOf(step), noise, heard.decoded, seed), teachers);
      const batch = augmentedBatch(planOf(step), noise, seed);
      const { logits, measures } = answer(batch.x);
      return tf.add(weightedEntropy(logits, batch.y, targetOf(batch, teachers)), beatsLoss(measures, batch.beats));
    },
  });

  if (began) {
    mixWeights(average, began, options.share);
    tf.dispose(began);
  }
  takeOutClassWeights(average);
  const inputScale = fitInputScale(average, (scaled) => crossEntropyOf(labels, logitsOf(originals, scaled), 1));
  const logits = logitsOf(originals, predict);
  const figures = figuresOf(logits);
  const temperature = fitTemperature(labels, logits);
  const folder = join(options.models, 'rhythm');
  await writeModel(
    folder,
    {
      name: 'rhythm',
      version: 1,
      architecture: { kind: 'rhythm', config: { ...RHYTHM_DEFAULT } },
      parameters: { temperature },
      training: {
        ...origin(options, started),
        data: 'PhysioNet/CinC Challenge 2017 training set, part "train" of models/splits/cinc2017.csv; noise: MIT-BIH Noise Stress Test Database bw, ma',
        records: training.length,
        teachers: teachers.map(({ hash }) => hash),
        ...(start && { from: start.hash, share: options.share }),
        ...(heard && { codec: heard.codec, decodedFrom }),
        ...WITHOUT_CLASS_WEIGHTS,
        inputScale,
        validation: { part: 'selection', records: validation.length, ...figures },
      },
    },
    { rhythm: { network: average, dtype: 'float16' } },
  );
  process.stderr.write(`rhythm: wrote ${join(folder, 'manifest.json')}\n`);
}

/** Each record sent once through the codec, always by the same rungs. */
function sentOnce(originals: readonly Float32Array[], decoded: DecodedSignals): Float32Array[] {
  const random = seededRandom(1);
  return originals.flatMap((original) => decoded([original], random));
}

/** What decoding adds to the rhythm error: mean over records in nats, and shares of records above bounds. */
function addedErrors(before: readonly Float32Array[], after: readonly Float32Array[]): Figures {
  const added = before.map((logits, r) => addedCrossEntropy(softmax(logits, 1), softmax(after[r]!, 1)));
  const above = (bound: number): number => added.filter((error) => error > bound).length / added.length;
  return { addedMean: added.reduce((a, b) => a + b, 0) / added.length, above01: above(0.1), above075: above(0.75) };
}

/** Logits [n, 1, steps, 4] of signals, and the measures of their beats [n, 22] as the network predicts them. */
interface Answer {
  readonly logits: Tensor;
  readonly measures: Tensor;
}

function weightedEntropy(logits: Tensor, y: Tensor, target: Tensor): Scalar {
  const weights = tf.sum(tf.mul(y, tf.tensor1d(CLASS_WEIGHTS)), -1);
  const entropy = tf.neg(tf.sum(tf.mul(target, tf.logSoftmax(logits)), -1));
  return tf.div(tf.sum(tf.mul(entropy, weights)), tf.sum(weights));
}

/** Cross-entropy of the original and of the decoded half, and the divergence of the decoded answers from the original ones. */
function robustLoss(
  answer: (x: Tensor) => Answer,
  batch: ReturnType<typeof pairedBatch>,
  teachers: readonly LoadedModel[],
): Scalar {
  const { logits, measures } = answer(tf.concat([batch.x, batch.xDecoded]));
  const [original, decoded] = tf.split(logits, 2) as [Tensor, Tensor];
  const target = targetOf(batch, teachers);
  // A constant, so that no gradient makes the answers on the original vague in order to be matched more easily.
  const said = tf.tensor(tf.softmax(original).dataSync(), original.shape);
  const divergence = tf.sum(tf.mul(said, tf.sub(tf.log(tf.maximum(said, 1e-6)), tf.logSoftmax(decoded))), -1);
  return tf.addN([
    tf.div(weightedEntropy(original, batch.y, target), 2),
    tf.div(weightedEntropy(decoded, batch.y, target), 2),
    tf.mul<Scalar>(tf.mean(divergence), W_CONSISTENCY),
    beatsLoss(tf.split(measures, 2)[0]!, batch.beats),
  ]);
}

/** Target probabilities: labels, mixed with the mean of the teachers if there are any (Hinton et al., 2015). */
function targetOf({ x, y }: Batch, teachers: readonly LoadedModel[]): Tensor {
  const soft = tf.add(tf.mul(y, 1 - SMOOTHING), SMOOTHING / CLASS_COUNT);
  if (teachers.length === 0) return soft;
  const answers = teachers.map(({ network, manifest }) =>
    weightedAnswers(tf.div(network.predict(x) as Tensor, readTemperature(manifest)), manifest),
  );
  return tf.add(tf.mul(soft, 1 - TAUGHT), tf.mul(tf.addN(answers), TAUGHT / teachers.length));
}

/** Logits [35 x 4] of signals of 8,960 samples, in batches. */
function logitsOf(signals: readonly Float32Array[], predict: (x: Tensor4D) => Tensor): Float32Array[] {
  const logits: Float32Array[] = [];
  const size = STEPS_PER_RECORD * CLASS_COUNT;
  for (let i = 0; i < signals.length; i += BATCH) {
    const rows = signals.slice(i, i + BATCH);
    const out = tf.tidy(() => predict(batchInput(rows)).dataSync() as Float32Array);
    logits.push(...splitRows(out, size));
  }
  return logits;
}

/** Scores at temperature 1. */
function scoresOf(labels: readonly number[], logits: readonly Float32Array[]): Figures {
  const records = labels.map((label, r) => ({ label, probabilities: softmax(logits[r]!, 1) }));
  const { stepAccuracy, f1MeanNAO } = scoreRhythm(records);
  return { stepAccuracy: stepAccuracy ?? Number.NaN, f1MeanNAO };
}
