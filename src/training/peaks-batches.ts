/** Batches for RPnet: stretches of annotated records under all kinds of noise, and some that hold no beat at all. */
import tf, { type Tensor4D } from '../lib/model/tf.js';
import { seededRandom, type Random } from '../lib/signal/random.js';
import { calmed } from '../lib/tasks/local-noise.js';
import { deviation, distanceMap, normalisePeaks } from '../lib/tasks/peaks.js';
import { addNoise, addWhiteNoise, coarselyCoded, cubic, drawNoise } from './augmentation.js';
import type { BeatRecord } from './data/mitbih.js';
import type { DecodedSignals } from './decoded-signals.js';
import { electrodeMotion } from './electrode-motion.js';
import { addBurst, addCapture, addHum, addPacing, addWander, muscleNoise, skinStretch } from './interference.js';
import { quickBeats, type PlayBeats, type PlayedBeats } from './quick-beats.js';
import { slowBeats } from './slow-beats.js';
import { HALF_QRS } from './stress.js';

const BATCH = 24;
const LENGTH = 2048;
/** Signal-to-noise ratios of the mixed windows, decibels. */
const SNR_FROM = -9;
const SNR_TO = 24;
/** Share of windows with fast beats: nearly everything else that is fast is fibrillation, which holds no beat. */
const QUICK = 0.15;
/** Share with slow beats: everything else that is as rare on a quiet line is a pacemaker's pulses, which are not beats. */
const SLOW = 0.06;

/** Share of the teacher's map in the target of a window about which it is asked. */
const TAUGHT = 0.5;

/** Distance maps of `count` concatenated rows of normalised samples. */
export type PeaksTeacher = (rows: Float32Array, count: number) => Float32Array;

interface Example {
  readonly signal: Float32Array;
  readonly map: Float32Array;
  /** The signal before anything was added, if a teacher can find its beats. */
  readonly clean?: Float32Array | undefined;
  /** Whether it goes through the codec. */
  readonly sent: boolean;
}

/** What shapes a batch besides the records. */
interface BatchVoices {
  /** Sends some rows through a codec. */
  readonly decoded?: DecodedSignals | undefined;
  /** Its answer on the row before noise makes half of the target map (rows of a usual rate): what it knows is not forgotten. */
  readonly teacher?: PeaksTeacher | undefined;
}

/** A batch [24, 1, 2048, 1] and its distance maps of the same shape. */
export function peaksBatch(
  records: readonly BeatRecord[],
  noise: readonly Float32Array[],
  seed: number,
  { decoded, teacher }: BatchVoices = {},
): { x: Tensor4D; y: Tensor4D } {
  const random = seededRandom(seed);
  const x = new Float32Array(BATCH * LENGTH);
  const y = new Float32Array(BATCH * LENGTH);
  const rows = Array.from({ length: BATCH }, () =>
    random.uniform() < 0.1 ? withoutBeats(random) : example(records, noise, random),
  );
  const sent = rows.filter((row) => row.sent).map(({ signal }) => signal);
  const heard = decoded && sent.length > 0 ? decoded(sent, random) : sent;
  let next = 0;
  for (const [row, { signal, map, sent: isSent }] of rows.entries()) {
    normalisePeaks(calmed(isSent ? heard[next++]! : signal), x, row * LENGTH);
    y.set(map, row * LENGTH);
  }
  if (teacher) teach(rows, y, teacher);
  const shape: [number, number, number, number] = [BATCH, 1, LENGTH, 1];
  return { x: tf.tensor4d(x, shape), y: tf.tensor4d(y, shape) };
}

function teach(rows: readonly Example[], y: Float32Array, teacher: PeaksTeacher): void {
  const asked = rows.flatMap(({ clean }, row) => (clean ? [{ clean, row }] : []));
  const input = new Float32Array(asked.length * LENGTH);
  for (const [i, { clean }] of asked.entries()) normalisePeaks(clean, input, i * LENGTH);
  const told = teacher(input, asked.length);
  for (const [i, { row }] of asked.entries()) {
    for (let at = 0; at < LENGTH; at++) {
      y[row * LENGTH + at] = (1 - TAUGHT) * y[row * LENGTH + at]! + TAUGHT * told[i * LENGTH + at]!;
    }
  }
}

function example(records: readonly BeatRecord[], noise: readonly Float32Array[], random: Random): Example {
  const record = records[random.integer(records.length)]!;
  const unusual = unusualPace(random)?.(record, LENGTH, random);
  const { signal, beats: those } = unusual ?? stretch(record, random);
  let beats = those;
  if (random.uniform() < 0.05) {
    const from = random.integer(LENGTH);
    fallSilent(signal, from, random);
    beats = beatsBefore(beats, from);
  }
  const clean = unusual ? undefined : signal.slice();
  if (random.uniform() < 0.06) {
    if (random.uniform() < 0.5) addPacing(signal, random);
    else addCapture(signal, beats, random);
  }
  const own = deviation(signal);
  if (random.uniform() < 0.8)
    addNoise(signal, someNoise(noise, random), SNR_FROM + (SNR_TO - SNR_FROM) * random.uniform());
  if (random.uniform() < 0.3) addWhiteNoise(signal, 0.4 * random.uniform() * own, random);
  if (random.uniform() < 0.12) addHum(signal, random);
  if (random.uniform() < 0.12) addWander(signal, random);
  if (random.uniform() < 0.2) addBurst(signal, random);
  const coded = random.uniform() < 0.15 ? coarselyCoded(signal, random) : signal;
  if (random.uniform() < 0.3) for (let i = 0; i < LENGTH; i++) coded[i] = -coded[i]!;
  return {
    signal: coded,
    map: distanceMap(beats, 0, LENGTH),
    clean,
    sent: coded === signal && random.uniform() < 0.15,
  };
}

/** Makes a window of fast or slow beats; undefined for most windows. */
function unusualPace(random: Random): PlayBeats | undefined {
  const share = random.uniform();
  if (share < QUICK) return quickBeats;
  return share < QUICK + SLOW ? slowBeats : undefined;
}

/** A stretch of the record; half of them are played at 0.8 to 1.28 times the speed. */
function stretch({ samples, peaks }: BeatRecord, random: Random): PlayedBeats {
  const pace = random.uniform() < 0.5 ? 1 : 0.8 * 1.6 ** random.uniform();
  const start = 1 + random.integer(samples.length - Math.ceil(LENGTH * pace) - 4);
  const signal = Float32Array.from({ length: LENGTH }, (_, i) => cubic(samples, start + i * pace));
  return { signal, beats: peaks.map((peak) => (peak - start) / pace) };
}

/** Beats whose QRS complex is over when the signal ends at sample `end`. */
export function beatsBefore(beats: Float64Array, end: number): Float64Array {
  return beats.filter((beat) => beat + HALF_QRS < end);
}

/** More than half is synthesised electrode motion of two kinds, which hides beats best; then muscle noise, and recorded noise. */
function someNoise(noise: readonly Float32Array[], random: Random): Float32Array {
  const kind = random.uniform();
  if (kind < 0.33) return electrodeMotion(LENGTH, random);
  if (kind < 0.56) return skinStretch(LENGTH, random);
  return kind < 0.72 ? muscleNoise(LENGTH, random) : drawNoise(noise, LENGTH, random);
}

/** The heart stands still from `from` on: within 100 ms the line decays to an amplifier's noise. */
function fallSilent(signal: Float32Array, from: number, random: Random): void {
  const level = signal[from] ?? 0;
  const quiet = 0.02 * random.uniform();
  for (let i = from; i < LENGTH; i++) signal[i] = level * Math.exp((from - i) / 10) + quiet * random.normal();
}

/** A window without a beat: a quiet line, hum, wander, pulses that no heart follows, weak motion, or waves like VF. */
function withoutBeats(random: Random): Example {
  const signal = new Float32Array(LENGTH);
  const level = 10 ** (-3 + 1.5 * random.uniform());
  addWhiteNoise(signal, level, random);
  const kind = random.uniform();
  if (kind < 0.45) addFibrillation(signal, random);
  else if (kind < 0.6) addPacing(signal, random);
  else if (kind < 0.75) addMotion(signal, 0.2 * random.uniform(), random);
  if (random.uniform() < 0.2) addHum(signal, random);
  if (random.uniform() < 0.1) addWander(signal, random);
  return { signal, map: new Float32Array(LENGTH).fill(1), sent: random.uniform() < 0.4 };
}

function addMotion(signal: Float32Array, level: number, random: Random): void {
  const motion = random.uniform() < 0.5 ? electrodeMotion(LENGTH, random) : skinStretch(LENGTH, random);
  for (let i = 0; i < LENGTH; i++) signal[i]! += level * motion[i]!;
}

/** Adds coarse fibrillation: 3 to 8 waves a second with wandering period and height (Clayton et al., 1993). */
function addFibrillation(signal: Float32Array, random: Random): void {
  const height = 0.1 + 0.7 * random.uniform();
  const centre = 3 + 5 * random.uniform();
  let phase = 2 * Math.PI * random.uniform();
  let [pace, strength] = [0, 0];
  for (let i = 0; i < signal.length; i++) {
    pace += 0.1 * random.normal() - 0.02 * pace;
    strength += 0.06 * random.normal() - 0.01 * strength;
    phase += (2 * Math.PI * centre * (1 + 0.3 * Math.tanh(pace))) / 300;
    signal[i]! += height * (1 + 0.5 * Math.tanh(strength)) * (Math.sin(phase) + 0.25 * Math.sin(2 * phase + 1));
  }
}
