/** Batches for the rhythm classifier: records of similar length together, augmented anew each time. */
import tf, { type Tensor, type Tensor4D } from '../lib/model/tf.js';
import { RECORD, STEP, STEPS_PER_RECORD } from '../lib/signal/grid.js';
import { seededRandom, type Random } from '../lib/signal/random.js';
import { CLASS_COUNT, MIN_CONTEXT_STEPS, normaliseRhythm } from '../lib/tasks/rhythm.js';
import { addNoise, addWhiteNoise, coarselyCoded, cubic, drawNoise } from './augmentation.js';
import { BEAT_MEASURES, beatMeasures } from './beat-measures.js';
import type { CincRecord } from './data/cinc.js';
import type { DecodedSignals } from './decoded-signals.js';

export const BATCH = 32;

/** Shorter recordings say too little about a rhythm. */
export const SHORTEST_STEPS = 10;

/** The records of a batch, and the number of steps of 256 samples in its rows. */
export interface PlannedBatch {
  readonly records: readonly CincRecord[];
  readonly steps: number;
}

/**
 * Batches of one epoch in training order. Records of 35 steps and more are cropped to 35, or in one batch of five to fewer,
 * as at the start of a live stream; shorter records are batched with others of similar length.
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

/** Measures of the beats of each row, [n, 22], and whether there are any (1 or 0), [n, 1]. */
export interface BeatTargets {
  readonly measures: Tensor;
  readonly known: Tensor;
}

/** A batch [n, 1, 256 steps, 1] with its labels [n, 1, steps, 4]. */
export interface Batch {
  readonly x: Tensor4D;
  readonly y: Tensor;
  /** Measures of the beats of each row before any coding. */
  readonly beats: BeatTargets;
}

/** Sends one row in four through a coarse code: the classifier will read decoded windows. */
export function augmentedBatch({ records, steps }: PlannedBatch, noise: readonly Float32Array[], seed: number): Batch {
  const random = seededRandom(seed);
  const originals = records.map((record) => augmented(record, steps * STEP, noise, random));
  const signals = originals.map((signal) => (random.uniform() < 0.25 ? coarselyCoded(signal, random) : signal));
  return { x: batchInput(signals), y: stepLabels(records, steps), beats: beatsOf(originals) };
}

/** The same signals twice: as they are, and each through a random neural rung per window, one in five through a coarse code. */
export function pairedBatch(
  { records, steps }: PlannedBatch,
  noise: readonly Float32Array[],
  decoded: DecodedSignals,
  seed: number,
): Batch & { readonly xDecoded: Tensor4D } {
  const random = seededRandom(seed);
  const signals = records.map((record) => augmented(record, steps * STEP, noise, random));
  const sent = decoded(signals, random).map((signal, i) =>
    random.uniform() < 0.2 ? coarselyCoded(signals[i]!, random) : signal,
  );
  return { x: batchInput(signals), xDecoded: batchInput(sent), y: stepLabels(records, steps), beats: beatsOf(signals) };
}

/** Measures of the beats of signals of equal length, millivolts at 300 Hz; unknown for those with too few beats. */
export function beatsOf(signals: readonly Float32Array[]): BeatTargets {
  const own = signals.map(beatMeasures);
  const measures = own.map((of) => Array.from(of ?? new Float32Array(BEAT_MEASURES)));
  return { measures: tf.tensor2d(measures), known: tf.tensor2d(own.map((of) => [of === undefined ? 0 : 1])) };
}

/** Network input [n, 1, samples, 1] from signals of equal length in millivolts. */
export function batchInput(signals: readonly Float32Array[]): Tensor4D {
  const length = signals[0]!.length;
  const x = new Float32Array(signals.length * length);
  signals.forEach((signal, row) => {
    normaliseRhythm(signal, x, row * length);
  });
  return tf.tensor4d(x, [signals.length, 1, length, 1]);
}

function stepLabels(records: readonly CincRecord[], steps: number): Tensor {
  const classes = tf.tensor1d(
    records.map((r) => r.label),
    'int32',
  );
  const labels = tf.reshape(tf.oneHot(classes, CLASS_COUNT), [records.length, 1, 1, CLASS_COUNT]);
  return tf.tile(labels, [1, 1, steps, 1]);
}

/** Crop, stretch by up to 5%, rotation, scale and inversion, sometimes noise; in millivolts. */
function augmented(
  { samples }: CincRecord,
  length: number,
  noise: readonly Float32Array[],
  random: Random,
): Float32Array {
  const stretch = Math.min(1 + 0.05 * (2 * random.uniform() - 1), (samples.length - 4) / length);
  const from = 1 + random.uniform() * Math.max(0, samples.length - 4 - length * stretch);
  const turn = random.uniform() < 0.5 ? random.integer(length) : 0;
  const scale = Math.exp(0.25 * random.normal()) * (random.uniform() < 0.3 ? -1 : 1) * 1e-3;
  const out = new Float32Array(length);
  for (let i = 0; i < length; i++) out[i] = scale * cubic(samples, from + ((i + turn) % length) * stretch);
  // Baseline wander or muscle noise at 6 to 24 dB: the label of a readable rhythm must stay true.
  if (random.uniform() < 0.3) addNoise(out, drawNoise(noise, length, random), 6 + 18 * random.uniform());
  if (random.uniform() < 0.3) addWhiteNoise(out, 0.02 * random.uniform(), random);
  return out;
}
