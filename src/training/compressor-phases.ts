/**
 * Trains the paper's codec in its first two phases: reconstruction on MIT-BIH, then fine-tuning on CinC 2017 through the
 * frozen tasks (eq. 3); the loss of the rhythm task is the cross-entropy against the record's label.
 *
 * Eq. (1) divides by each sample. It is not used for training, here as in the paper's own code: signals scaled to 0..1 have
 * a sample that is 0 in every window. The reconstruction loss is the mean squared error of windows with unit deviation,
 * which is the mean of their squared PRDN / 100.
 */
import { HEADS, type Head } from '../lib/codec/latents.js';
import tf, { type Tensor } from '../lib/model/tf.js';
import { RECORD, WINDOW } from '../lib/signal/grid.js';
import { seededRandom, type Random } from '../lib/signal/random.js';
import { drawStart } from './augmentation.js';
import { decode, encode, listNetworks, type PaperNetworks } from './compressor.js';
import type { CincRecord } from './data/cinc.js';
import { loadBeats, type BeatRecord } from './data/mitbih.js';
import type { FrozenTasks } from './frozen-tasks.js';
import type { Figures } from './history.js';
import { train } from './loop.js';
import { collectErrors, headFigures } from './paper-errors.js';
import { readSplit, recordsOf, type Part } from './split.js';
import { labelLoss, peaksLoss, rhythmLoss } from './task-losses.js';
import { cutWindows, normalisedTensors } from './windows.js';

type Scalar = ReturnType<typeof tf.scalar>;

const WINDOWS_PER_BATCH = 16;
const RECORDS_PER_BATCH = 4;
/** Windows of a batch whose distance maps are compared: RPnet costs more than all else together. */
const PEAK_WINDOWS = 6;
/** Heads of successive steps: each of the paper's two levels comes twice as often as the additional one. */
const TURNS: readonly Head[] = [32, 64, 32, 64, 16];
/** Windows of the selection part that show the progress of phase 1. */
const WATCHED_WINDOWS = 96;

/** Weights w_i of eqs. (2) and (3), for losses in squared PRDN / 100, in nats, and between distance maps. */
export interface LossWeights {
  readonly reconstruction: number;
  readonly rhythm: number;
  readonly peaks: number;
}
export const WEIGHTS: LossWeights = { reconstruction: 1, rhythm: 0.25, peaks: 5 };

/** Phase 1. Returns the PRDN of each head over windows of the selection part, percent. */
export async function reconstruct(
  networks: PaperNetworks,
  options: {
    readonly mitdb: string;
    readonly mitdbSplit: string;
    readonly work: string;
    readonly steps: number;
    readonly seed: number;
  },
): Promise<Figures> {
  const parts = await readSplit(options.mitdbSplit);
  const load = async (part: Part): Promise<BeatRecord[]> =>
    (await Promise.all([...recordsOf(parts, part)].map((name) => loadBeats(options.mitdb, name)))).flat();
  const leads = await load('train');
  const selected = await load('selection');
  const random = seededRandom(options.seed);
  const watched = Array.from({ length: WATCHED_WINDOWS }, (_, i) =>
    drawWindow([selected[i % selected.length]!], random),
  );
  return train({
    name: 'compressor phase 1',
    work: options.work,
    steps: options.steps,
    peakRate: 5e-3,
    warmup: 0.1,
    weightDecay: 0,
    clipNorm: 1,
    networks: listNetworks(networks),
    identity: { seed: options.seed, phase: 1, heads: HEADS },
    validateEvery: Math.ceil(options.steps / 16),
    validate: () => prdnOfHeads(networks, watched),
    loss: (step) => {
      const random = seededRandom(options.seed * 1_000_003 + step);
      const windows = Array.from({ length: WINDOWS_PER_BATCH }, () => {
        const sign = random.uniform() < 0.3 ? -1 : 1;
        return drawWindow(leads, random).map((v) => v * sign);
      });
      const { x } = normalisedTensors(windows);
      const latents = encode(networks, x, true);
      return tf.addN(HEADS.map((head) => meanSquare(x, decode(networks, latents[head], head, true))));
    },
  });
}

/** Phase 2, from the networks' current weights. Returns the errors of /32 and /64 on the watched records. */
export async function fineTune(
  networks: PaperNetworks,
  options: {
    /** With at least 8,960 samples each. */
    readonly records: readonly CincRecord[];
    readonly tasks: FrozenTasks;
    readonly weights: LossWeights;
    /** Reference of the rhythm task's loss: the label, as in the paper, or the answer on the original. */
    readonly against: 'label' | 'original';
    readonly work: string;
    readonly steps: number;
    readonly seed: number;
    /** Further identity of the run, such as the networks that it starts from. */
    readonly from: Readonly<Record<string, unknown>>;
    /** Records on which progress is measured; empty for no figures. */
    readonly watched: readonly CincRecord[];
  },
): Promise<Figures> {
  const { records, tasks, weights, against, seed, from, watched } = options;
  return train({
    name: 'compressor phase 2',
    work: options.work,
    steps: options.steps,
    peakRate: 1e-3,
    warmup: 0.1,
    weightDecay: 0,
    clipNorm: 1,
    networks: listNetworks(networks),
    identity: { seed, phase: 2, heads: HEADS, weights, against, through: tasks.hashes, ...from },
    validateEvery: Math.ceil(options.steps / 5),
    ...(watched.length === 0 ? {} : { validate: () => watch(networks, watched, tasks) }),
    loss: (step) => {
      const random = seededRandom(seed * 1_000_003 + step);
      const drawn = Array.from({ length: RECORDS_PER_BATCH }, () => {
        const { samples, label } = records[random.integer(records.length)]!;
        const crop = drawStart(samples.length, RECORD, random);
        const scale = Math.exp(0.2 * random.normal()) * (random.uniform() < 0.3 ? -1 : 1) * 1e-3;
        return { label, millivolts: Float32Array.from(samples.subarray(crop, crop + RECORD), (v) => v * scale) };
      });
      const windows = drawn.flatMap(({ millivolts }) => cutWindows(millivolts));
      const { x, scale, offset } = normalisedTensors(windows);
      // One head a step: all heads share the trunk, and the tasks cost more than the codec.
      const head = TURNS[step % TURNS.length]!;
      const decoded = decode(networks, encode(networks, x, true)[head], head, true);
      const toMillivolts = (y: Tensor): Tensor => tf.add(tf.mul(y, scale), offset);
      const first = drawStart(windows.length, PEAK_WINDOWS, random);
      const rhythm = (): Tensor =>
        against === 'label'
          ? labelLoss(
              tasks,
              drawn.map(({ label }) => label),
              toMillivolts(decoded),
            )
          : rhythmLoss(tasks, toMillivolts(x), toMillivolts(decoded));
      return tf.addN<Scalar>([
        tf.mul(meanSquare(x, decoded), weights.reconstruction),
        ...(weights.rhythm === 0 ? [] : [tf.mul<Scalar>(tf.mean<Scalar>(rhythm()), weights.rhythm)]),
        ...(weights.peaks === 0
          ? []
          : [tf.mul<Scalar>(peaksLoss(tasks, x, decoded, first, PEAK_WINDOWS), weights.peaks)]),
      ]);
    },
  });
}

function meanSquare(x: Tensor, y: Tensor): Scalar {
  return tf.mean<Scalar>(tf.squaredDifference(x, y));
}

function drawWindow(leads: readonly BeatRecord[], random: Random): Float32Array {
  const { samples } = leads[random.integer(leads.length)]!;
  const start = drawStart(samples.length, WINDOW, random);
  return samples.slice(start, start + WINDOW);
}

function watch(networks: PaperNetworks, records: readonly CincRecord[], tasks: FrozenTasks): Figures {
  const errors = collectErrors(records, networks, tasks);
  const figures = ([32, 64] as const).flatMap((head) => {
    const { prdnMedian, crossEntropyMean, addedMean, peaksMean } = headFigures(errors[head]);
    return Object.entries({ prdnMedian, crossEntropyMean, addedMean, peaksMean }).map(
      ([name, value]) => [`${name}${head}`, value!] as const,
    );
  });
  return Object.fromEntries(figures);
}

/** Root mean square error over windows with unit deviation, percent, from the rounded latents of each head. */
function prdnOfHeads(networks: PaperNetworks, windows: readonly Float32Array[]): Figures {
  return tf.tidy(() => {
    const { x } = normalisedTensors(windows);
    const latents = encode(networks, x, false);
    const prdn = (head: Head): number =>
      100 * Math.sqrt(meanSquare(x, decode(networks, latents[head], head, false)).dataSync()[0]!);
    return Object.fromEntries(HEADS.map((head) => [`prdn${head}`, prdn(head)]));
  });
}
