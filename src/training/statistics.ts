import { seededRandom } from '../lib/signal/random.js';

/** Mean; 0 if there are no values. */
export function mean(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / Math.max(1, values.length);
}

/** Standard deviation; 0 if there are no values. */
export function deviation(values: ArrayLike<number>): number {
  const about = mean(values);
  let squares = 0;
  for (let i = 0; i < values.length; i++) squares += (values[i]! - about) ** 2;
  return Math.sqrt(squares / Math.max(1, values.length));
}

/** The values minus their mean. */
export function centred(values: ArrayLike<number>): Float64Array {
  const about = mean(values);
  return Float64Array.from(values, (v) => v - about);
}

/** The order statistic nearest to a quantile, a value that occurs; 0 if there are no values. */
export function nearestQuantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.round(share * (sorted.length - 1))] ?? 0;
}

/** Pearson's correlation of paired values; NaN if either is constant. */
export function correlation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const [meanOfA, meanOfB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - meanOfA, b[i]! - meanOfB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}

/** Spearman's rank correlation; ties take the mean of their ranks. */
export function rankCorrelation(a: readonly number[], b: readonly number[]): number {
  return correlation(ranks(a), ranks(b));
}

function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((i, j) => values[i]! - values[j]!);
  const out = new Array<number>(values.length);
  for (let i = 0; i < order.length;) {
    let end = i;
    while (end + 1 < order.length && values[order[end + 1]!] === values[order[i]!]) end++;
    for (let k = i; k <= end; k++) out[order[k]!] = (i + end) / 2 + 1;
    i = end + 1;
  }
  return out;
}

/** Low and high end of a 95% interval. */
export type Interval = readonly [number, number];

const RESAMPLES = 1000;

/**
 * 95% intervals by bootstrap (Efron's percentiles of 1,000 draws) over independent units; equal seeds give equal intervals.
 *
 * @param figures computes the figures of a sample of units; null if one has no value there, which leaves the draw out
 * @returns null for a figure without a value in any draw
 */
export function bootstrap95<U, F extends string>(
  units: readonly U[],
  figures: (sample: readonly U[]) => Readonly<Record<F, number | null>>,
  seed: number,
): Record<F, Interval | null> {
  const random = seededRandom(seed);
  const draws = Array.from({ length: RESAMPLES }, () => figures(units.map(() => units[random.integer(units.length)]!)));
  const names = Object.keys(draws[0]!) as F[];
  const entries = names.map((name) => [name, percentiles(draws.map((draw) => draw[name]))] as const);
  return Object.fromEntries(entries) as Record<F, Interval | null>;
}

function percentiles(values: readonly (number | null)[]): Interval | null {
  const sorted = values.filter((value) => value !== null).sort((a, b) => a - b);
  const low = sorted[Math.floor(0.025 * sorted.length)];
  const high = sorted[Math.ceil(0.975 * sorted.length) - 1];
  return low === undefined || high === undefined ? null : [low, high];
}
