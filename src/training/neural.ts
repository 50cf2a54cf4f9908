/**
 * Trains the neural rungs on rate, distortion and, after a start without it, the loss of the frozen tasks. One trunk serves
 * all rungs; each has its own gains before rounding (variable-rate coding after Cui et al., 2020), and uniform noise replaces
 * rounding where the rate is measured (Ballé et al., 2017).
 */
import { join } from 'node:path';
import { buildNeuralDecoder, buildNeuralEncoder, buildRungScales } from '../lib/model/architectures/neural-codec.js';
import { roundStraight } from '../lib/model/kernels.js';
import { readManifest } from '../lib/model/manifest.js';
import { loadNetwork, writeModel } from '../lib/model/store.js';
import tf, { type LayersModel, type Tensor, type Tensor4D } from '../lib/model/tf.js';
import { RECORD, WINDOW, WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { seededRandom, type Random } from '../lib/signal/random.js';
import { drawStart } from './augmentation.js';
import { loadCinc } from './data/cinc.js';
import { loadBeats } from './data/mitbih.js';
import { loadTasks } from './frozen-tasks.js';
import { train } from './loop.js';
import { origin } from './origin.js';
import { loadOwnTaskLosses } from './own-task-losses.js';
import { readSplit, recordsOf } from './split.js';
import { peaksLoss, rhythmLoss } from './task-losses.js';
import { cutWindows, normalisedTensors } from './windows.js';

type Scalar = ReturnType<typeof tf.scalar>;

export interface TrainNeuralOptions {
  readonly mitdb: string;
  readonly mitdbSplit: string;
  readonly cinc: string;
  readonly cincLabels: string;
  readonly cincSplit: string;
  readonly models: string;
  /** Folders of own tasks through which the codec is trained as well. */
  readonly tasks: readonly string[];
  readonly work: string;
  readonly steps: number;
  readonly seed: number;
}

/** Weight of the rate, in bits per latent step, of each rung, the finest first. */
const RATE_WEIGHTS = [0.002, 0.006, 0.018, 0.05, 0.12, 0.3] as const;
const NEURAL_RUNGS = RATE_WEIGHTS.length;

const RECORDS_PER_BATCH = 8;
/** One record in this many is a MIT-BIH lead, so that not all signals come from the same hand-held device. */
const ONE_IN_MITDB = 8;
/** Share of the steps before the tasks join: errors of an untrained codec would teach it nothing about the tasks. */
const WITHOUT_TASKS = 0.3;
const W_RHYTHM = 0.25;
const W_PEAKS = 5;
/** Weight of each own task at an error as large as its bound: that of a rhythm error of 0.25 nats in every record. */
const W_OWN = 0.06;
/** Windows of a batch whose distance maps are compared: RPnet costs as much as the codec. */
const PEAK_WINDOWS = 8;
/** The borders of a window see one side only: over `BORDER` samples, errors weigh `W_BORDER` times as much. */
const BORDER = 64;
const W_BORDER = 1.6;
const LATENT_STEPS = WINDOW / 32;

export interface NeuralNetworks extends Readonly<Record<string, LayersModel>> {
  readonly encoder: LayersModel;
  readonly decoder: LayersModel;
  readonly scales: LayersModel;
}

function buildNeuralNetworks(): NeuralNetworks {
  return { encoder: buildNeuralEncoder(), decoder: buildNeuralDecoder(), scales: buildRungScales(NEURAL_RUNGS) };
}

export async function trainNeural(options: TrainNeuralOptions): Promise<void> {
  const started = Date.now();
  const networks = buildNeuralNetworks();
  const sources = await loadSources(options);
  const tasks = await loadTasks(options.models);
  const own = await loadOwnTaskLosses(options.tasks);
  const through = { ...tasks.hashes, ...Object.fromEntries(own.map(({ name, hash }) => [name, hash])) };
  const weights = borderWeights();
  await train({
    name: 'neural rungs',
    work: join(options.work, 'loop'),
    steps: options.steps,
    peakRate: 2.5e-3,
    warmup: 0.1,
    weightDecay: 0,
    clipNorm: 1,
    networks,
    identity: { seed: options.seed, rungs: NEURAL_RUNGS, through },
    loss: (step) => {
      const random = seededRandom(options.seed * 1_000_003 + step);
      const records = Array.from({ length: RECORDS_PER_BATCH }, (_, i) =>
        drawRecord(i % ONE_IN_MITDB === 0 ? sources.mitdb : sources.cinc, random),
      );
      const rungs = records.flatMap(() => new Array<number>(WINDOWS_PER_RECORD).fill(random.integer(NEURAL_RUNGS)));
      const { x, scale, offset } = normalisedTensors(records.flatMap(cutWindows));
      const { decoded, bits } = codeNoisily(networks, x, rungs);
      const rate = tf.mean<Scalar>(
        tf.mul(
          bits,
          rungs.map((rung) => RATE_WEIGHTS[rung]! / LATENT_STEPS),
        ),
      );
      const distortion = tf.mean<Scalar>(tf.mul(tf.squaredDifference(x, decoded), weights));
      if (step < WITHOUT_TASKS * options.steps) return tf.add(distortion, rate);
      const toMillivolts = (y: Tensor): Tensor => tf.add(tf.mul(y, scale), offset);
      const [before, after] = [toMillivolts(x), toMillivolts(decoded)];
      const added = rhythmLoss(tasks, before, after);
      // Half mean, half root mean square: the tail of the errors breaks a bound, not their mean.
      const rhythm = tf.add(tf.mean(added), tf.sqrt(tf.add(tf.mean(tf.square(added)), 1e-6)));
      const peaks = peaksLoss(tasks, x, decoded, drawStart(rungs.length, PEAK_WINDOWS, random), PEAK_WINDOWS);
      const others = own.map(({ loss }) => tf.mul<Scalar>(loss(before, after), W_OWN));
      return tf.addN([
        distortion,
        rate,
        tf.mul<Scalar>(rhythm, W_RHYTHM / 2),
        tf.mul<Scalar>(peaks, W_PEAKS),
        ...others,
      ]);
    },
  });
  await writeModel(
    join(options.work, 'trained'),
    {
      name: 'neural',
      version: 1,
      architecture: { kind: 'neural-codec', config: {} },
      parameters: {},
      training: {
        ...origin(options, started),
        data: 'PhysioNet/CinC Challenge 2017 and MIT-BIH Arrhythmia Database, parts "train" of models/splits',
        steps: options.steps,
        through,
      },
    },
    Object.fromEntries(Object.entries(networks).map(([key, network]) => [key, { network, dtype: 'float32' as const }])),
  );
}

/** The networks as `trainNeural` left them, and what their manifest says about their training. */
export async function loadTrainedNeural(
  work: string,
): Promise<{ networks: NeuralNetworks; training: Record<string, unknown>; hash: string }> {
  const folder = join(work, 'trained');
  const { manifest, hash } = await readManifest(folder);
  const networks = buildNeuralNetworks();
  for (const [key, network] of Object.entries(networks)) await loadNetwork(folder, manifest, key, network);
  return { networks, training: manifest.training, hash };
}

/** Gain and inverse gain of each channel, rung by rung. */
export function rungGains({ scales }: NeuralNetworks): { gains: number[]; inverses: number[] }[] {
  const [gains, inverses] = tf.tidy(() => {
    const tables = scales.predict(tf.eye(NEURAL_RUNGS)) as Tensor[];
    return tables.slice(0, 2).map((table) => tf.exp(table).arraySync() as number[][]);
  });
  const six = (row: number[]): number[] => row.map((v) => Number(v.toPrecision(6)));
  return gains!.map((row, rung) => ({ gains: six(row), inverses: six(inverses![rung]!) }));
}

/** Records in millivolts at 300 Hz, long enough for 5 windows. */
async function loadSources(options: TrainNeuralOptions): Promise<Record<'cinc' | 'mitdb', Float32Array[]>> {
  const cincNames = recordsOf(await readSplit(options.cincSplit), 'train');
  const cinc = (await loadCinc(options.cinc, options.cincLabels, cincNames))
    .filter(({ samples }) => samples.length >= RECORD)
    .map(({ samples }) => Float32Array.from(samples, (v) => v * 1e-3));
  const patients = [...recordsOf(await readSplit(options.mitdbSplit), 'train')];
  const leads = (await Promise.all(patients.map((name) => loadBeats(options.mitdb, name)))).flat();
  return { cinc, mitdb: leads.map(({ samples }) => samples) };
}

function drawRecord(sources: readonly Float32Array[], random: Random): Float32Array {
  const samples = sources[random.integer(sources.length)]!;
  const from = drawStart(samples.length, RECORD, random);
  const gain = Math.exp(0.2 * random.normal()) * (random.uniform() < 0.3 ? -1 : 1);
  return samples.slice(from, from + RECORD).map((v) => v * gain);
}

function borderWeights(): Tensor4D {
  const weights = Array.from({ length: WINDOW }, (_, i) => (Math.min(i, WINDOW - 1 - i) < BORDER ? W_BORDER : 1));
  return tf.tensor4d(weights, [1, 1, WINDOW, 1]);
}

/** Codes windows by their rungs as in training: decoded from rounded latents, bits [n] of noisy ones. */
function codeNoisily(networks: NeuralNetworks, x: Tensor, rungs: readonly number[]): { decoded: Tensor; bits: Tensor } {
  const { gain, inverse, place, width } = rungTensors(networks, rungs);
  const latents = tf.mul(networks.encoder.apply(x) as Tensor, gain);
  const noisy = tf.add(latents, tf.randomUniform(latents.shape, -0.5, 0.5));
  const at = (edge: number): Tensor => tf.sigmoid(tf.div(tf.add(tf.sub(noisy, place), edge), tf.add(width, 1e-3)));
  const likelihood = tf.maximum(tf.sub(at(0.5), at(-0.5)), 1e-6);
  const bits = tf.div(tf.sum(tf.log(likelihood), [1, 2, 3]), -Math.LN2);
  return { decoded: networks.decoder.apply(tf.mul(roundStraight(latents), inverse)) as Tensor, bits };
}

/** Gains, inverse gains, places and widths of each window's rung, [n, 1, 1, 4]. */
function rungTensors(
  { scales }: NeuralNetworks,
  rungs: readonly number[],
): Record<'gain' | 'inverse' | 'place' | 'width', Tensor> {
  const oneHot = tf.oneHot(tf.tensor1d([...rungs], 'int32'), NEURAL_RUNGS).toFloat();
  const [gain, inverse, place, width] = (scales.apply(oneHot) as Tensor[]).map((table) =>
    tf.reshape(table, [rungs.length, 1, 1, -1]),
  ) as [Tensor, Tensor, Tensor, Tensor];
  return { gain: tf.exp(gain), inverse: tf.exp(inverse), place, width: tf.exp(width) };
}
