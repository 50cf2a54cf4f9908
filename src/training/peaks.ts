/** Trains RPnet on MIT-BIH training patients, with noise of the noise stress database mixed in. */
import { join } from 'node:path';
import { buildRpnet, RPNET_DEFAULT } from '../lib/model/architectures/rpnet.js';
import { Network } from '../lib/model/network.js';
import { writeModel } from '../lib/model/store.js';
import { loadRpnet } from '../lib/model/task-models.js';
import tf, { type LayersModel, type Tensor } from '../lib/model/tf.js';
import { seededRandom } from '../lib/signal/random.js';
import { detectPeaks } from '../lib/tasks/detect-peaks.js';
import type { PeakDetector } from '../lib/tasks/lead-peaks.js';
import { SMOOTH } from '../lib/tasks/peaks.js';
import { loadBeats, loadNoise, type BeatRecord } from './data/mitbih.js';
import { loadCodecHeard } from './decoded-signals.js';
import { comparePeaks, scorePeaks, type PeakOutcome } from './evaluation/peak-scores.js';
import type { Figures } from './history.js';
import { train } from './loop.js';
import { mixWeights } from './mix-weights.js';
import { origin } from './origin.js';
import { electrodeMotion } from './electrode-motion.js';
import { peaksBatch, type PeaksTeacher } from './peaks-batches.js';
import { readSplit } from './split.js';
import { stressOutcomes } from './stress.js';
import { smoothL1 } from './smooth-l1.js';

export interface TrainPeaksOptions {
  readonly data: string;
  readonly noise: string;
  readonly split: string;
  readonly work: string;
  readonly out: string;
  readonly steps: number;
  readonly seed: number;
  /** Folder of models with the RPnet from which this training continues. */
  readonly from?: string | undefined;
  /** With `from`: share of the trained weights in what is written; the rest are those of `from`. */
  readonly share: number;
  /** With `from`: models folder with the RPnet of another such training; the mean of both counts as the trained weights. */
  readonly averagedWith?: string | undefined;
  /** Folder of models whose codec sends some of the windows. */
  readonly codec?: string | undefined;
}

const NOISE_RECORDS = ['bw', 'ma'];
/** Signal-to-noise ratios of the validation. */
const DECIBELS = [12, 6, 0] as const;

export async function trainPeaks(options: TrainPeaksOptions): Promise<void> {
  const parts = await readSplit(options.split);
  const load = async (part: string): Promise<BeatRecord[]> => {
    const names = [...parts].filter(([, p]) => p === part).map(([name]) => name);
    return (await Promise.all(names.map((name) => loadBeats(options.data, name)))).flat();
  };
  const training = await load('train');
  const validation = (await load('selection')).filter(({ lead }) => lead === 0);
  const noise = (await Promise.all(NOISE_RECORDS.map((name) => loadNoise(options.noise, name)))).flat();
  const heard = options.codec === undefined ? undefined : await loadCodecHeard(options.codec);
  const network = buildRpnet(RPNET_DEFAULT);
  const average = buildRpnet(RPNET_DEFAULT);
  const start = options.from === undefined ? undefined : await loadRpnet(options.from);
  if (start) for (const own of [network, average]) own.setWeights(start.network.getWeights());
  const other = options.averagedWith === undefined ? undefined : await loadRpnet(options.averagedWith);
  const teacher = start && peaksTeacher(new Network(start.network));
  const started = Date.now();

  let figures = await train({
    name: 'peaks',
    work: options.work,
    steps: options.steps,
    ...(start ? { peakRate: 1.3e-3, warmup: 0.1 } : { peakRate: 4e-3, warmup: 0.2 }),
    weightDecay: 1e-3,
    clipNorm: 1,
    networks: { rpnet: network, average },
    average: { of: 'rpnet', into: 'average', decay: 0.998 },
    identity: {
      seed: options.seed,
      config: RPNET_DEFAULT,
      ...(start && { from: start.hash }),
      ...(heard && { codec: heard.codec }),
    },
    validateEvery: Math.ceil(options.steps / 4),
    validate: () => evaluate(validation, average, options.seed),
    loss: (step) => {
      const { x, y } = peaksBatch(training, noise, options.seed * 1_000_003 + step, {
        decoded: heard?.decoded,
        teacher,
      });
      return tf.mean(smoothL1(network.apply(x, { training: true }) as Tensor, y, SMOOTH));
    },
  });

  if (other) mixWeights(average, other.network.getWeights(), 0.5);
  if (start && options.share < 1) mixWeights(average, start.network.getWeights(), options.share);
  if (other || options.share < 1) figures = evaluate(validation, average, options.seed);
  await writeModel(
    options.out,
    {
      name: 'peaks',
      version: 1,
      architecture: { kind: 'rpnet', config: { ...RPNET_DEFAULT } },
      parameters: {},
      training: {
        ...origin(options, started),
        data: 'MIT-BIH Arrhythmia Database, part "train" of models/splits/mitdb.csv; noise: MIT-BIH Noise Stress Test Database bw, ma, and synthesised electrode motion, muscle noise, hum, wander and pacing pulses',
        ...(start && { from: start.hash, share: options.share }),
        ...(other && { averagedWith: { model: other.hash, training: other.manifest.training } }),
        ...(heard && { codec: heard.codec }),
        steps: options.steps,
        validation: { part: 'selection, first lead', records: validation.length, ...figures },
      },
    },
    { rpnet: { network: average, dtype: 'float16' } },
  );
  process.stderr.write(`peaks: wrote ${join(options.out, 'manifest.json')}\n`);
}

function peaksTeacher(rpnet: Network): PeaksTeacher {
  return (rows, count) => rpnet.run(rows, count)[0]!;
}

/** F1 of beats over whole records, tolerance 75 ms: clean, and under synthesised electrode motion at 12, 6 and 0 dB. */
function evaluate(records: readonly BeatRecord[], network: LayersModel, seed: number): Figures {
  const rpnet = new Network(network);
  const detect: PeakDetector = (millivolts) => detectPeaks(millivolts, rpnet);
  const random = seededRandom(seed);
  const noise = (length: number): Float32Array => electrodeMotion(length, random);
  const noisy = DECIBELS.map((decibels) => [`f1At${decibels}dB`, f1(stressOutcomes(records, decibels, noise, detect))]);
  const clean = records.map(({ peaks, samples }) => comparePeaks(peaks, detect(samples)));
  return { f1: f1(clean), ...(Object.fromEntries(noisy) as Figures) };
}

function f1(outcomes: readonly PeakOutcome[]): number {
  return scorePeaks(outcomes).f1 ?? 0;
}
