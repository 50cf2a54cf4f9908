/**
 * Trains the neural rungs: rate, distortion and, after a start without them, what the frozen tasks lose. One trunk
 * serves all rungs; each has gains of its own before rounding (variable-rate coding after Cui et al., 2020), and uniform
 * noise stands for rounding where the rate is measured (Ballé et al., 2017).
 */
import { join } from 'node:path';
import { NEURAL_CHANNELS, NEURAL_RANGE } from '../lib/codec/neural-latents.js';
import { readManifest } from '../lib/model/manifest.js';
import { loadNetwork, writeModel } from '../lib/model/store.js';
import tf, { type Tensor, type Tensor4D } from '../lib/model/tf.js';
import { RECORD, WINDOW, WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { seededRandom, type Random } from '../lib/signal/random.js';
import { cutWindows, normalised } from './compressor.js';
import { loadCinc } from './data/cinc.js';
import { loadBeats } from './data/mitbih.js';
import { loadTasks } from './frozen-tasks.js';
import { loadKeptCodec } from './kept-codec.js';
import { train } from './loop.js';
import { buildNeuralNetworks, codeNoisily, NEURAL_RUNGS, RUNGS, type NeuralNetworks } from './neural-rungs.js';
import { origin } from './origin.js';
import { loadOwnTaskLosses } from './own-task-losses.js';
import { readSplit, recordsOf } from './split.js';
import { peaksLoss, rhythmLoss } from './task-losses.js';

type Scalar = ReturnType<typeof tf.scalar>;

export interface TrainNeuralOptions {
  readonly mitdb: string;
  readonly mitdbSplit: string;
  readonly cinc: string;
  readonly cincLabels: string;
  readonly cincSplit: string;
  readonly models: string;
  /** Folders of tasks of one's own that the codec is trained through too. */
  readonly tasks: readonly string[];
  /** Folder of models whose codec this training goes on from. */
  readonly from?: string | undefined;
  readonly work: string;
  readonly steps: number;
  readonly seed: number;
}

const RECORDS_PER_BATCH = 8;
/** One record in so many is a MIT-BIH lead, so that not every signal comes from the same hand-held device. */
const ONE_IN_MITDB = 8;
/** Share of the steps before the tasks join: a codec that knows nothing yet teaches them nothing. */
const WITHOUT_TASKS = 0.3;
/** Largest learning rate of a training from the start, and of one that goes on. */
const RATES = { anew: 2.5e-3, on: 1.2e-3 } as const;
const W_PEAKS = 5;
/** Of each task of one's own, at an error as large as its bound: about that of a rhythm error of 0.2 nats under a middle rung. */
const W_OWN = 0.06;
/** Windows of a batch whose distance maps are compared: RPnet costs as much as the codec. */
const PEAK_WINDOWS = 8;
/** The borders of a window see one side only; their errors count so much more, over so many samples. */
const BORDER = 64;
const W_BORDER = 1.6;
const LATENT_STEPS = WINDOW / 32;

export async function trainNeural(options: TrainNeuralOptions): Promise<void> {
  const started = Date.now();
  const networks = buildNeuralNetworks();
  const start = options.from === undefined ? undefined : await goOnFrom(options.from, networks);
  const sources = await loadSources(options);
  const tasks = await loadTasks(options.models);
  const own = await loadOwnTaskLosses(options.tasks);
  const through = { ...tasks.hashes, ...Object.fromEntries(own.map(({ name, hash }) => [name, hash])) };
  const weights = borderWeights();
  await train({
    name: 'neural rungs',
    work: join(options.work, 'loop'),
    steps: options.steps,
    peakRate: start === undefined ? RATES.anew : RATES.on,
    warmup: 0.1,
    weightDecay: 0,
    clipNorm: 1,
    networks,
    // A run that is taken up again goes through the same tasks.
    identity: { seed: options.seed, rungs: NEURAL_RUNGS, through, ...start },
    loss: (step) => {
      const random = seededRandom(options.seed * 1_000_003 + step);
      const records = Array.from({ length: RECORDS_PER_BATCH }, (_, i) =>
        drawRecord(i % ONE_IN_MITDB === 0 ? sources.mitdb : sources.cinc, random),
      );
      const rungs = records.flatMap(() => new Array<number>(WINDOWS_PER_RECORD).fill(random.integer(NEURAL_RUNGS)));
      const { x, scale, offset } = normalised(records.flatMap(cutWindows));
      const { decoded, bits } = codeNoisily(networks, x, rungs);
      const rate = tf.mean<Scalar>(tf.mul(bits, rungs.map((rung) => RUNGS[rung]!.rate / LATENT_STEPS))); // prettier-ignore
      const distortion = tf.mean<Scalar>(tf.mul(tf.squaredDifference(x, decoded), weights));
      if (start === undefined && step < WITHOUT_TASKS * options.steps) return tf.add(distortion, rate);
      const toMillivolts = (y: Tensor): Tensor => tf.add(tf.mul(y, scale), offset);
      const [before, after] = [toMillivolts(x), toMillivolts(decoded)];
      const weight = tf.tensor1d(records.map((_, r) => RUNGS[rungs[r * WINDOWS_PER_RECORD]!]!.rhythm));
      const added = tf.mul(rhythmLoss(tasks, before, after), weight);
      // Half the mean, half the root mean square: a bound is broken by the tail of the errors, not by their mean.
      const rhythm = tf.add(tf.mean(added), tf.sqrt(tf.add(tf.mean(tf.square(added)), 1e-7)));
      const peaks = peaksLoss(tasks, x, decoded, random.integer(rungs.length - PEAK_WINDOWS), PEAK_WINDOWS);
      const others = own.map(({ loss }) => tf.mul<Scalar>(loss(before, after), W_OWN));
      return tf.addN([distortion, rate, tf.div<Scalar>(rhythm, 2), tf.mul<Scalar>(peaks, W_PEAKS), ...others]); // prettier-ignore
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
        ...start,
        through,
      },
    },
    Object.fromEntries(Object.entries(networks).map(([key, network]) => [key, { network, dtype: 'float32' as const }])),
  );
}

/** The networks as `trainNeural` left them, and what it says of their making. */
export async function loadTrainedNeural(
  work: string,
): Promise<{ networks: NeuralNetworks; training: Record<string, unknown>; hash: string }> {
  const folder = join(work, 'trained');
  const { manifest, hash } = await readManifest(folder);
  const networks = buildNeuralNetworks();
  for (const [key, network] of Object.entries(networks)) await loadNetwork(folder, manifest, key, network);
  return { networks, training: manifest.training, hash };
}

/**
 * Takes over the networks of the codec in `models`, and its gains; the prior of the latents begins at what its tables
 * counted. Rungs beyond its last are as much coarser as that is than the one before.
 */
async function goOnFrom(models: string, networks: NeuralNetworks): Promise<{ from: string }> {
  const { networks: before, rungs, hash } = await loadKeptCodec(models);
  for (const key of ['encoder', 'decoder'] as const) networks[key].setWeights(before[key].getWeights());
  const known = rungs.filter((rung) => rung.kind === 'neural');
  const rows = known.map(({ gains, inverses, counts }) => {
    const priors = gains.map((_, channel) => logisticOf(counts, channel));
    return [
      gains.map(Math.log),
      inverses.map(Math.log),
      priors.map((p) => p.place),
      priors.map((p) => Math.log(p.width)),
    ];
  });
  while (rows.length < NEURAL_RUNGS) {
    const [last, previous] = [rows.at(-1)!, rows.at(-2)!];
    rows.push(last.map((table, t) => table.map((v, c) => 2 * v - previous[t]![c]!)));
  }
  const tables = [0, 1, 2, 3].map((t) => tf.tensor2d(rows.slice(0, NEURAL_RUNGS).map((row) => row[t]!)));
  networks.scales.setWeights(tables);
  return { from: hash };
}

/** Place and width of the logistic distribution with mean and variance of a channel's counted latents. */
function logisticOf(counts: readonly (readonly number[])[], channel: number): { place: number; width: number } {
  const classes = counts.length / NEURAL_CHANNELS;
  const own = counts.slice(channel * classes, (channel + 1) * classes);
  const total = (power: number): number =>
    own.reduce((sum, row) => sum + row.slice(0, -1).reduce((s, n, i) => s + n * (i - NEURAL_RANGE) ** power, 0), 0);
  const place = total(1) / total(0);
  return { place, width: (Math.sqrt(3) / Math.PI) * Math.sqrt(total(2) / total(0) - place ** 2) };
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
  const from = random.integer(samples.length - RECORD + 1);
  const gain = Math.exp(0.2 * random.normal()) * (random.uniform() < 0.3 ? -1 : 1);
  return samples.slice(from, from + RECORD).map((v) => v * gain);
}

function borderWeights(): Tensor4D {
  const weights = Array.from({ length: WINDOW }, (_, i) => (Math.min(i, WINDOW - 1 - i) < BORDER ? W_BORDER : 1));
  return tf.tensor4d(weights, [1, 1, WINDOW, 1]);
}
