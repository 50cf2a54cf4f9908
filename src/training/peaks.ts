/** Trains RPnet on MIT-BIH training patients, with noise of the noise stress database mixed in. */
import { join } from 'node:path';
import { buildRpnet, RPNET_DEFAULT } from '../lib/model/architectures/rpnet.js';
import { Network } from '../lib/model/network.js';
import { writeModel } from '../lib/model/store.js';
import tf, { type LayersModel, type Tensor, type Tensor4D } from '../lib/model/tf.js';
import { seededRandom, type Random } from '../lib/signal/random.js';
import { detectPeaks } from '../lib/tasks/detect-peaks.js';
import { deviation, distanceMap, matchBeats, normalisePeaks } from '../lib/tasks/peaks.js';
import { loadBeats, loadNoise, type BeatRecord } from './data/mitbih.js';
import type { Figures } from './history.js';
import { train } from './loop.js';
import { origin } from './origin.js';
import { readSplit } from './split.js';

export interface TrainPeaksOptions {
  readonly data: string;
  readonly noise: string;
  readonly split: string;
  readonly work: string;
  readonly out: string;
  readonly steps: number;
  readonly seed: number;
}

const BATCH = 24;
const LENGTH = 2048;
const NOISE_RECORDS = ['bw', 'ma'];
/** Signal-to-noise ratios of the mixed windows, decibels. */
const SNR_FROM = -6;
const SNR_TO = 24;
const SMOOTH = 0.2;

export async function trainPeaks(options: TrainPeaksOptions): Promise<void> {
  const parts = await readSplit(options.split);
  const load = async (part: string): Promise<BeatRecord[]> => {
    const names = [...parts].filter(([, p]) => p === part).map(([name]) => name);
    return (await Promise.all(names.map((name) => loadBeats(options.data, name)))).flat();
  };
  const training = await load('train');
  const validation = (await load('selection')).filter(({ lead }) => lead === 0);
  const noise = (await Promise.all(NOISE_RECORDS.map((name) => loadNoise(options.noise, name)))).flat();
  const network = buildRpnet(RPNET_DEFAULT);
  const started = Date.now();

  const figures = await train({
    name: 'peaks',
    work: options.work,
    steps: options.steps,
    peakRate: 4e-3,
    warmup: 0.2,
    weightDecay: 1e-3,
    clipNorm: 1,
    networks: { rpnet: network },
    identity: { seed: options.seed, config: RPNET_DEFAULT },
    validateEvery: Math.ceil(options.steps / 4),
    validate: () => evaluate(validation, network),
    loss: (step) => {
      const { x, y } = batch(training, noise, options.seed * 1_000_003 + step);
      const d = tf.abs(tf.sub(network.apply(x, { training: true }) as Tensor, y));
      const quadratic = tf.minimum(d, SMOOTH);
      const linear = tf.sub(d, quadratic);
      return tf.mean(tf.add(tf.mul(tf.square(quadratic), 0.5 / SMOOTH), linear));
    },
  });

  await writeModel(
    options.out,
    {
      name: 'peaks',
      version: 1,
      architecture: { kind: 'rpnet', config: { ...RPNET_DEFAULT } },
      parameters: {},
      training: {
        ...origin(options, started),
        data: 'MIT-BIH Arrhythmia Database, part "train" of models/splits/mitdb.csv; noise: MIT-BIH Noise Stress Test Database bw, ma',
        steps: options.steps,
        validation: { part: 'selection, first lead', records: validation.length, ...figures },
      },
    },
    { rpnet: { network, dtype: 'float16' } },
  );
  process.stderr.write(`peaks: wrote ${join(options.out, 'manifest.json')}\n`);
}

/** A batch [24, 1, 2048, 1] of windows with noise and its maps of the same shape. */
function batch(
  records: readonly BeatRecord[],
  noise: readonly Float32Array[],
  seed: number,
): { x: Tensor4D; y: Tensor } {
  const random = seededRandom(seed);
  const x = new Float32Array(BATCH * LENGTH);
  const y = new Float32Array(BATCH * LENGTH);
  for (let row = 0; row < BATCH; row++) {
    const { samples, peaks } = records[random.integer(records.length)]!;
    const start = random.integer(samples.length - LENGTH);
    const window = samples.slice(start, start + LENGTH);
    if (random.uniform() < 0.7) addNoise(window, noise, random);
    if (random.uniform() < 0.3) for (let i = 0; i < LENGTH; i++) window[i] = -window[i]!;
    normalisePeaks(window, x, row * LENGTH);
    y.set(distanceMap(peaks, start, LENGTH), row * LENGTH);
  }
  const shape: [number, number, number, number] = [BATCH, 1, LENGTH, 1];
  return { x: tf.tensor4d(x, shape), y: tf.tensor4d(y, shape) };
}

/** Adds a stretch of recorded noise at a random signal-to-noise ratio, and often some white noise. */
function addNoise(window: Float32Array, noise: readonly Float32Array[], random: Random): void {
  const source = noise[random.integer(noise.length)]!;
  const from = random.integer(source.length - LENGTH);
  const ratio = 10 ** (-(SNR_FROM + (SNR_TO - SNR_FROM) * random.uniform()) / 20);
  const gain = (ratio * deviation(window)) / (deviation(source.subarray(from, from + LENGTH)) + 1e-6);
  const white = random.uniform() < 0.3 ? 0.3 * random.uniform() * deviation(window) : 0;
  for (let i = 0; i < LENGTH; i++) window[i]! += gain * source[from + i]! + (white > 0 ? white * random.normal() : 0);
}

/** F1 of beats over whole records, tolerance 75 ms. */
function evaluate(records: readonly BeatRecord[], network: LayersModel): Figures {
  const rpnet = new Network(network);
  const matches = records.map(({ samples, peaks }) => matchBeats(peaks, detectPeaks(samples, rpnet)));
  const sum = (key: 'matched' | 'missed' | 'invented'): number => matches.reduce((total, m) => total + m[key], 0);
  const [matched, missed, invented] = [sum('matched'), sum('missed'), sum('invented')];
  return { f1: (2 * matched) / (2 * matched + missed + invented), recall: matched / (matched + missed) };
}
