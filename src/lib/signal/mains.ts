/**
 * Mains hum in a line: sinusoids at 50 or 60 Hz and their harmonics, whose amplitude varies slowly. The frequency is searched
 * over the whole line. Amplitude and phase of each harmonic are then fitted by least squares in stretches of about a second.
 * That takes 12 of the 250 degrees of freedom of a second: broadband noise hardly loses by it.
 */

import { factorise, solve } from './cholesky.js';

/** Nominal frequencies in Hz. */
const MAINS = [50, 60] as const;
/**
 * Search range around the nominal frequency, in Hz: the mains stay within 0.5 Hz of it, and a device's clock may be off by 1%.
 */
const OFF_HERTZ = 1;
/**
 * Search step in Hz. Fine enough: the fit of a one-second stretch follows another 0.1 Hz, since amplitudes may change within
 * it.
 */
const OFF_STEP = 0.04;
/** Higher harmonics are weak, and averaging over 4 ms leaves a quarter of them. */
const HARMONICS = 3;
/**
 * Lowest aliased frequency of a harmonic that is removed. Removing a lower one would remove beats too; averaging leaves a tenth
 * of it.
 */
const LOWEST_HERTZ = 20;
const STRETCH_SECONDS = 1;
/** Whole periods of both mains frequencies. */
const SUM_SECONDS = 0.1;
/** Added to the diagonal of the normal equations, relative to its value: two harmonics may alias to one frequency. */
const RIDGE = 1e-6;

export interface HumLine {
  /** Means of equally many samples each, without a hole in between. */
  readonly values: Float64Array;
  /** Rate of the values, in Hz. */
  readonly rate: number;
  /** Rate of the samples before averaging, in Hz. */
  readonly sampledAt: number;
}

/** Returns the line without the hum that fits it best. */
export function withoutHum(line: HumLine): Float64Array {
  const hertz = harmonicsOf(line);
  const { length } = line.values;
  const stretches = Math.max(1, Math.round(length / line.rate / STRETCH_SECONDS));
  const out = new Float64Array(length);
  for (let s = 0; s < stretches; s++) {
    const from = Math.round((s * length) / stretches);
    const to = Math.round(((s + 1) * length) / stretches);
    out.set(withoutWaves(line.values.subarray(from, to), hertz, line.rate), from);
  }
  return out;
}

/**
 * Returns the frequencies, in Hz, of the fundamental near 50 or 60 Hz that has the most power together with its harmonics, and
 * of these harmonics.
 */
function harmonicsOf(line: HumLine): number[] {
  const perSum = Math.round(SUM_SECONDS * line.rate);
  const steps = Math.round(OFF_HERTZ / OFF_STEP);
  let best: number[] = [];
  let most = -1;
  for (const nominal of MAINS) {
    const orders = Array.from({ length: HARMONICS }, (_, k) => k + 1).filter((k) => isHeld(k * nominal, k, line));
    const sums = orders.map((k) => demodulated(line, k * nominal, perSum));
    for (let step = -steps; step <= steps; step++) {
      const off = step * OFF_STEP;
      const power = orders.reduce((sum, k, i) => sum + powerAt(sums[i]!, (k * off * perSum) / line.rate), 0);
      if (power <= most) continue;
      most = power;
      best = orders.map((k) => k * (nominal + off));
    }
  }
  return best;
}

/** Whether harmonic `order` can be in the line. Devices of 100 to 120 Hz alias even the fundamental. */
function isHeld(hertz: number, order: number, { rate, sampledAt }: HumLine): boolean {
  const folded = Math.abs(hertz - rate * Math.round(hertz / rate));
  return folded >= LOWEST_HERTZ && (order === 1 || hertz <= sampledAt / 2);
}

/** Sums of `perSum` values times exp(-2 pi i hertz t); real and imaginary parts alternate. */
function demodulated({ values, rate }: HumLine, hertz: number, perSum: number): Float64Array {
  const sums = new Float64Array(2 * Math.ceil(values.length / perSum));
  const [turnRe, turnIm] = unitAt(-hertz / rate);
  let [re, im] = [1, 0];
  for (let i = 0, at = 0; i < values.length; at += 2) {
    for (const end = Math.min(values.length, i + perSum); i < end; i++) {
      sums[at]! += re * values[i]!;
      sums[at + 1]! += im * values[i]!;
      const was = re;
      re = was * turnRe - im * turnIm;
      im = was * turnIm + im * turnRe;
    }
  }
  return sums;
}

/** Power of a series of complex numbers at a frequency of `turns` cycles a number. */
function powerAt(series: Float64Array, turns: number): number {
  const [turnRe, turnIm] = unitAt(-turns);
  let [re, im, sumRe, sumIm] = [1, 0, 0, 0];
  for (let i = 0; i < series.length; i += 2) {
    sumRe += re * series[i]! - im * series[i + 1]!;
    sumIm += re * series[i + 1]! + im * series[i]!;
    const was = re;
    re = was * turnRe - im * turnIm;
    im = was * turnIm + im * turnRe;
  }
  return sumRe * sumRe + sumIm * sumIm;
}

function unitAt(turns: number): [re: number, im: number] {
  return [Math.cos(2 * Math.PI * turns), Math.sin(2 * Math.PI * turns)];
}

/** Removes waves of the given frequencies, each with an amplitude that may change linearly in time. */
function withoutWaves(values: Float64Array, hertz: readonly number[], rate: number): Float64Array {
  const { length } = values;
  const time = Float64Array.from({ length }, (_, i) => (2 * i + 1 - length) / length);
  const steady = hertz.flatMap((f) =>
    [Math.cos, Math.sin].map((wave) => time.map((_, i) => wave((2 * Math.PI * f * i) / rate))),
  );
  const waves = [...steady, ...steady.map((wave) => wave.map((v, i) => v * time[i]!))];
  // The line's own level and slope are fitted as well, and stay in the line.
  const weights = leastSquares(values, [...waves, new Float64Array(length).fill(1), time]);
  const out = Float64Array.from(values);
  waves.forEach((wave, w) => {
    for (let i = 0; i < length; i++) out[i]! -= weights[w]! * wave[i]!;
  });
  return out;
}

/** Least-squares weights of the columns, by the normal equations. */
function leastSquares(values: Float64Array, columns: readonly Float64Array[]): Float64Array {
  const order = columns.length;
  const matrix = new Float64Array(order * order);
  columns.forEach((column, i) => {
    for (let j = 0; j <= i; j++) matrix[i * order + j] = dot(column, columns[j]!);
    matrix[i * order + i]! *= 1 + RIDGE;
  });
  const right = Float64Array.from(columns, (column) => dot(column, values));
  return solve(factorise(matrix, order), right, order);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
