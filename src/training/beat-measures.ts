/**
 * Measures of a signal's beats, which a network learns beside its labels: decision trees on such numbers classify rhythms as
 * well as the network does from the samples, using other features.
 */
import { sha256 } from '../lib/model/digest.js';
import { irregularityOf } from '../lib/tasks/alarms/irregularity.js';
import { panTompkins } from '../lib/tasks/pan-tompkins.js';
import { MODEL_RATE } from '../lib/signal/grid.js';
import { centred, correlation, deviation, mean, nearestQuantile } from './statistics.js';

/** Samples of a beat before and after its R-peak, and the ranges of its P wave, QRS complex and T wave. */
const BEFORE = 80;
const AFTER = 100;
const P_WAVE = { from: 0, to: BEFORE - 18 } as const;
const QRS = { from: BEFORE - 15, to: BEFORE + 15 } as const;
const T_WAVE = { from: BEFORE + 25, to: BEFORE + AFTER } as const;
const FEWEST_BEATS = 6;
/** Deviations below this, in millivolts or seconds, count as none: far below the rounding of a sample or an interval. */
const FLAT = 1e-9;

/** Approximate mean and deviation of each measure over training records, so that all weigh the same. */
const MEANS = [
  ...[-0.21, -2.4, -2.2, -2.8, 0.4, 0.25, 0.7, 0.85, 1.15, 1.35, 0.08, 0.06, -0.3, -1.6],
  ...[0.93, 0.8, 0.65, 0.7, -1.4, -1, 0.45, -2.6],
];
const DEVIATIONS = [
  ...[0.25, 1, 1.2, 1, 0.35, 0.3, 0.2, 0.12, 0.2, 0.5, 0.12, 0.12, 0.35, 0.9],
  ...[0.08, 0.25, 0.35, 0.3, 0.7, 0.6, 0.2, 0.8],
];
/** Measures are clipped to this many deviations. */
const LARGEST = 4;
export const BEAT_MEASURES = MEANS.length;

/** Short digest of all constants of the measures. */
export const MEASURES_HASH = sha256(
  Buffer.from(
    JSON.stringify([...[BEFORE, AFTER, P_WAVE, QRS, T_WAVE, FEWEST_BEATS, FLAT], ...[MEANS, DEVIATIONS, LARGEST]]),
  ),
).slice(0, 16);

/** Measures of millivolts at 300 Hz, in deviations from their means; undefined if there are too few beats. */
export function beatMeasures(millivolts: Float32Array): Float32Array | undefined {
  const beats = panTompkins(millivolts).filter((at) => at >= BEFORE && at + AFTER < millivolts.length);
  if (beats.length < FEWEST_BEATS) return undefined;
  const measures = [...intervalMeasures(beats), ...shapeMeasures(shapesOf(millivolts, beats))];
  return Float32Array.from(measures, (v, i) => Math.max(-LARGEST, Math.min(LARGEST, (v - MEANS[i]!) / DEVIATIONS[i]!)));
}

/** The first fourteen measures, in the order of `MEANS`: of intervals in seconds and of their changes. */
function intervalMeasures(beats: readonly number[]): number[] {
  const intervals = beats.slice(1).map((at, i) => (at - beats[i]!) / MODEL_RATE);
  const changes = intervals.slice(1).map((v, i) => v - intervals[i]!);
  const typical = mean(intervals);
  const middle = nearestQuantile(intervals, 0.5);
  const share = (is: (v: number) => boolean, of: readonly number[]): number => of.filter(is).length / of.length;
  const milliseconds = beats.map((at) => (1000 * at) / MODEL_RATE);
  return [
    Math.log(typical),
    Math.log(0.005 + deviation(intervals) / typical),
    Math.log(0.005 + Math.sqrt(mean(changes.map((v) => v * v))) / typical),
    Math.log(0.005 + nearestQuantile(changes.map(Math.abs), 0.5) / typical),
    share((v) => Math.abs(v) > 0.05, changes),
    share((v) => Math.abs(v) > 0.15 * typical, changes),
    nearestQuantile(intervals, 0) / middle,
    nearestQuantile(intervals, 0.1) / middle,
    nearestQuantile(intervals, 0.9) / middle,
    nearestQuantile(intervals, 1) / middle,
    share((v) => v < 0.85 * middle, intervals),
    share((v) => v > 1.3 * middle, intervals),
    likenessOf(changes.slice(1), changes.slice(0, -1)),
    irregularityOf(milliseconds, milliseconds.at(-1)!) ?? -1.5,
  ];
}

/** All beats, and their median beat. */
interface Shapes {
  /** Each beat, in millivolts about its mean, 180 samples. */
  readonly own: readonly Float64Array[];
  readonly typical: Float64Array;
  readonly likeness: readonly number[];
  readonly likenessOfP: readonly number[];
}

function shapesOf(millivolts: Float32Array, beats: readonly number[]): Shapes {
  const own = beats.map((at) => centred(millivolts.subarray(at - BEFORE, at + AFTER)));
  const atOnePlace = new Float64Array(own.length);
  const median = Float64Array.from({ length: BEFORE + AFTER }, (_, i) => {
    own.forEach((beat, b) => (atOnePlace[b] = beat[i]!));
    return nearestQuantile(atOnePlace, 0.5);
  });
  const typical = centred(median);
  return {
    own,
    typical,
    likeness: own.map((beat) => likenessOf(beat, typical)),
    likenessOfP: own.map((beat) => likenessOf(partOf(beat, P_WAVE), partOf(typical, P_WAVE))),
  };
}

/** Correlation; 0 if either is flat: a constant leaves only the rounding of its mean, which may correlate with anything. */
function likenessOf(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Math.min(deviation(a), deviation(b)) < FLAT ? 0 : correlation(a, b);
}

function partOf(beat: Float64Array, { from, to }: { from: number; to: number }): Float64Array {
  return beat.subarray(from, to);
}

/** The other eight, in order: likeness to the median beat and of P waves, sizes of P and T, QRS width, changes before it. */
function shapeMeasures({ own, typical, likeness, likenessOfP }: Shapes): number[] {
  const height = Math.max(...partOf(typical, QRS).map(Math.abs)) + 1e-6;
  const high = typical.map((v) => Math.abs(v) / height);
  const size = (range: { from: number; to: number }): number =>
    Math.log(0.01 + (Math.max(...partOf(typical, range)) - Math.min(...partOf(typical, range))) / height);
  const rest = own.map((beat) => deviation(partOf(beat, P_WAVE).map((v, i) => v - typical[i]!)));
  return [
    nearestQuantile(likeness, 0.5),
    nearestQuantile(likeness, 0.1),
    nearestQuantile(likeness, 0),
    nearestQuantile(likenessOfP, 0.5),
    size(P_WAVE),
    size(T_WAVE),
    high.slice(QRS.from - 15, QRS.to + 15).filter((v) => v > 0.3).length / 30,
    Math.log(0.01 + nearestQuantile(rest, 0.5) / height),
  ];
}
