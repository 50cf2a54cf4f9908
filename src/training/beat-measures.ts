/**
 * Measures of a signal's beats, for a network to learn beside its labels: trees on such numbers name rhythms as well as the
 * network does from the samples, and by other signs.
 */
import { irregularityOf } from '../lib/tasks/alarms/irregularity.js';
import { panTompkins } from '../lib/tasks/pan-tompkins.js';
import { MODEL_RATE } from '../lib/signal/grid.js';

/** Samples before and after an R-peak that a beat has, and where its P wave and its QRS complex lie. */
const BEFORE = 80;
const AFTER = 100;
const P_WAVE = { from: 0, to: BEFORE - 18 } as const;
const QRS = { from: BEFORE - 15, to: BEFORE + 15 } as const;
const T_WAVE = { from: BEFORE + 25, to: BEFORE + AFTER } as const;
const FEWEST_BEATS = 6;

/** About the mean and the deviation of each measure over training records, so that each weighs alike. */
const MEANS = [
  ...[-0.21, -2.4, -2.2, -2.8, 0.4, 0.25, 0.7, 0.85, 1.15, 1.35, 0.08, 0.06, -0.3, -1.6],
  ...[0.93, 0.8, 0.65, 0.7, -1.4, -1, 0.45, -2.6],
];
const DEVIATIONS = [
  ...[0.25, 1, 1.2, 1, 0.35, 0.3, 0.2, 0.12, 0.2, 0.5, 0.12, 0.12, 0.35, 0.9],
  ...[0.08, 0.25, 0.35, 0.3, 0.7, 0.6, 0.2, 0.8],
];
/** Further off than this a measure is an outlier. */
const LARGEST = 4;
export const BEAT_MEASURES = MEANS.length;

/** Of millivolts at 300 Hz, in deviations from their means; undefined where there are too few beats to say anything. */
export function beatMeasures(millivolts: Float32Array): Float32Array | undefined {
  const beats = panTompkins(millivolts).filter((at) => at >= BEFORE && at + AFTER < millivolts.length);
  if (beats.length < FEWEST_BEATS) return undefined;
  const measures = [...intervalMeasures(beats), ...shapeMeasures(millivolts, beats)];
  return Float32Array.from(measures, (v, i) => Math.max(-LARGEST, Math.min(LARGEST, (v - MEANS[i]!) / DEVIATIONS[i]!)));
}

/** In the order of the first fourteen means: of intervals in seconds and of their changes. */
function intervalMeasures(beats: readonly number[]): number[] {
  const intervals = beats.slice(1).map((at, i) => (at - beats[i]!) / MODEL_RATE);
  const changes = intervals.slice(1).map((v, i) => v - intervals[i]!);
  const mean = meanOf(intervals);
  const middle = quantile(intervals, 0.5);
  const share = (is: (v: number) => boolean, of: readonly number[]): number => of.filter(is).length / of.length;
  const milliseconds = beats.map((at) => (1000 * at) / MODEL_RATE);
  return [
    Math.log(mean),
    Math.log(0.005 + deviationOf(intervals) / mean),
    Math.log(0.005 + Math.sqrt(meanOf(changes.map((v) => v * v))) / mean),
    Math.log(0.005 + quantile(changes.map(Math.abs), 0.5) / mean),
    share((v) => Math.abs(v) > 0.05, changes),
    share((v) => Math.abs(v) > 0.15 * mean, changes),
    quantile(intervals, 0) / middle,
    quantile(intervals, 0.1) / middle,
    quantile(intervals, 0.9) / middle,
    quantile(intervals, 1) / middle,
    share((v) => v < 0.85 * middle, intervals),
    share((v) => v > 1.3 * middle, intervals),
    correlation(changes.slice(1), changes.slice(0, -1)),
    irregularityOf(milliseconds, milliseconds.at(-1)!) ?? -1.5,
  ];
}

/** In the order of the other eight: likeness to the median beat, of P waves too, sizes of P and T, width, what moves before the QRS. */
function shapeMeasures(millivolts: Float32Array, beats: readonly number[]): number[] {
  const own = beats.map((at) => centred([...millivolts.subarray(at - BEFORE, at + AFTER)]));
  const typical = centred(
    own[0]!.map((_, i) =>
      quantile(
        own.map((beat) => beat[i]!),
        0.5,
      ),
    ),
  );
  const likeness = own.map((beat) => correlation(beat, typical));
  const of = (beat: readonly number[], { from, to }: { from: number; to: number }): number[] => beat.slice(from, to);
  const p = own.map((beat) => correlation(of(beat, P_WAVE), of(typical, P_WAVE)));
  const height = Math.max(...of(typical, QRS).map(Math.abs)) + 1e-6;
  const high = typical.map((v) => Math.abs(v) / height);
  const size = (range: { from: number; to: number }): number =>
    Math.log(0.01 + (Math.max(...of(typical, range)) - Math.min(...of(typical, range))) / height);
  const rest = own.map((beat) => deviationOf(of(beat, P_WAVE).map((v, i) => v - typical[i]!)));
  return [
    quantile(likeness, 0.5),
    quantile(likeness, 0.1),
    quantile(likeness, 0),
    quantile(p, 0.5),
    size(P_WAVE),
    size(T_WAVE),
    high.slice(QRS.from - 15, QRS.to + 15).filter((v) => v > 0.3).length / 30,
    Math.log(0.01 + quantile(rest, 0.5) / height),
  ];
}

function meanOf(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
}

function deviationOf(values: readonly number[]): number {
  const mean = meanOf(values);
  return Math.sqrt(meanOf(values.map((v) => (v - mean) ** 2)));
}

function centred(values: readonly number[]): number[] {
  const mean = meanOf(values);
  return values.map((v) => v - mean);
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const [x, y] = [centred(a), centred(b)];
  const product = (p: readonly number[], q: readonly number[]): number => p.reduce((sum, v, i) => sum + v * q[i]!, 0);
  return product(x, y) / Math.sqrt((product(x, x) + 1e-9) * (product(y, y) + 1e-9));
}
