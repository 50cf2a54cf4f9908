/** Batches for the rhythm classifier: records of like length together, each seen anew by augmentation. */
import { Mdct } from '../lib/codec/mdct.js';
import tf, { type Tensor, type Tensor4D } from '../lib/model/tf.js';
import { RECORD, STEP, STEPS_PER_RECORD } from '../lib/signal/grid.js';
import { seededRandom, type Random } from '../lib/signal/random.js';
import { CLASS_COUNT, MIN_CONTEXT_STEPS, normaliseRhythm } from '../lib/tasks/rhythm.js';
import type { CincRecord } from './data/cinc.js';
import { deviation } from '../lib/tasks/peaks.js';

export const BATCH = 32;

/** Shorter recordings say too little about a rhythm. */
export const SHORTEST_STEPS = 10;

const BLOCK = 128;
const mdct = new Mdct(BLOCK);

/** Which records make which batch of an epoch, and how many steps of 256 samples its rows have. */
export interface PlannedBatch {
  readonly records: readonly CincRecord[];
  readonly steps: number;
}

/**
 * Batches of one epoch in the order of training. Records of 35 steps and more are cropped to 35, one batch in five to
 * fewer, as a live stream begins; shorter ones meet their like.
 */
export function planEpoch(records: readonly CincRecord[], random: Random): PlannedBatch[] {
  const shuffled = random.shuffle([...records]);
  const long = shuffled.filter(({ samples }) => samples.length >= RECORD);
  const short = shuffled.filter(({ samples }) => samples.length < RECORD).sort((a, b) => stepsOf(a) - stepsOf(b));
  const batches = chunks(long).map((rows) => {
    const shorter = random.uniform() < 0.2;
    const steps = MIN_CONTEXT_STEPS + random.integer(STEPS_PER_RECORD - MIN_CONTEXT_STEPS);
    return { records: rows, steps: shorter ? steps : STEPS_PER_RECORD };
  });
  batches.push(...chunks(short).map((rows) => ({ records: rows, steps: Math.min(...rows.map(stepsOf)) })));
  return random.shuffle(batches);
}

export function batchesPerEpoch(records: readonly CincRecord[]): number {
  const long = records.filter(({ samples }) => samples.length >= RECORD).length;
  return Math.floor(long / BATCH) + Math.floor((records.length - long) / BATCH);
}

function stepsOf({ samples }: CincRecord): number {
  return Math.floor(samples.length / STEP);
}

function chunks(records: readonly CincRecord[]): CincRecord[][] {
  return Array.from({ length: Math.floor(records.length / BATCH) }, (_, i) =>
    records.slice(i * BATCH, (i + 1) * BATCH),
  );
}

/** A batch [n, 1, 256 steps, 1] with its labels [n, 1, steps, 4]. */
export function augmentedBatch(
  { records, steps }: PlannedBatch,
  noise: readonly Float32Array[],
  seed: number,
): { x: Tensor4D; y: Tensor } {
  const random = seededRandom(seed);
  const length = steps * STEP;
  const x = new Float32Array(records.length * length);
  records.forEach((record, row) => {
    normaliseRhythm(augmented(record, length, noise, random), x, row * length);
  });
  const classes = tf.tensor1d(
    records.map((r) => r.label),
    'int32',
  );
  const labels = tf.reshape(tf.oneHot(classes, CLASS_COUNT), [records.length, 1, 1, CLASS_COUNT]);
  return { x: tf.tensor4d(x, [records.length, 1, length, 1]), y: tf.tile(labels, [1, 1, steps, 1]) };
}

/** Millivolts: crop, stretch by up to 5%, rotation, scale, inversion; at times noise, at times a coarse code and back. */
function augmented(
  { samples }: CincRecord,
  length: number,
  noise: readonly Float32Array[],
  random: Random,
): Float32Array {
  const stretch = Math.min(1 + 0.05 * (2 * random.uniform() - 1), (samples.length - 4) / length);
  const from = 1 + random.uniform() * (samples.length - 4 - length * stretch);
  const turn = random.uniform() < 0.5 ? random.integer(length) : 0;
  const scale = Math.exp(0.25 * random.normal()) * (random.uniform() < 0.3 ? -1 : 1) * 1e-3;
  const out = new Float32Array(length);
  for (let i = 0; i < length; i++) out[i] = scale * cubic(samples, from + ((i + turn) % length) * stretch);
  if (random.uniform() < 0.3) addRecordedNoise(out, noise, random);
  if (random.uniform() < 0.3) {
    const level = 0.02 * random.uniform();
    for (let i = 0; i < length; i++) out[i]! += level * random.normal();
  }
  return random.uniform() < 0.25 ? coarselyCoded(out, random) : out;
}

/** Value between samples by Catmull-Rom's cubic. */
function cubic(samples: Int16Array, at: number): number {
  const i = Math.floor(at);
  const t = at - i;
  const [a, b, c, d] = [samples[i - 1]!, samples[i]!, samples[i + 1]!, samples[i + 2]!];
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** Baseline wander or muscle noise at 6 to 24 dB: a label of a readable rhythm must stay true. */
function addRecordedNoise(signal: Float32Array, noise: readonly Float32Array[], random: Random): void {
  const source = noise[random.integer(noise.length)]!;
  const from = random.integer(source.length - signal.length);
  const stretch = source.subarray(from, from + signal.length);
  const gain = (10 ** (-(6 + 18 * random.uniform()) / 20) * deviation(signal)) / (deviation(stretch) + 1e-6);
  for (let i = 0; i < signal.length; i++) signal[i]! += gain * stretch[i]!;
}

/** What a transform code at a random step leaves of a signal: the classifier will read decoded windows. */
function coarselyCoded(signal: Float32Array, random: Random): Float32Array {
  const step = deviation(signal) * 0.1 * 12 ** random.uniform();
  const out = new Float32Array(signal.length);
  const block = new Float32Array(BLOCK);
  for (let from = -BLOCK; from < signal.length; from += BLOCK) {
    mdct.forward(signal, from, block);
    for (let k = 0; k < BLOCK; k++) {
      const magnitude = Math.floor(Math.abs(block[k]!) / step + 1 / 3);
      block[k] = Math.sign(block[k]!) * magnitude * step;
    }
    mdct.inverse(block, out, from);
  }
  return out;
}
