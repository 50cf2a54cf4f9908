/**
 * Mains hum in a line: sinusoids at 50 or 60 Hz and at their harmonics, whose strength wanders slowly. Its frequency is looked
 * for over the whole line, then strength and phase of each harmonic by least squares in stretches of about a second. That takes
 * 12 of the 250 degrees of freedom of a second: broadband noise hardly loses by it.
 */

import { factorise, solve } from './cholesky.js';

/** Nominal frequencies in Hz. */
const MAINS = [50, 60] as const;
/** The mains stay within 0.5 Hz of them, and the clock of a device may be off by 1%. */
const OFF_HERTZ = 1;
/** Fine enough: a stretch of a second follows 0.1 Hz more by itself, since strengths may change in it. */
const OFF_STEP = 0.04;
/** Higher harmonics are weak, and means of 4 ms leave a quarter of them. */
const HARMONICS = 3;
/** A harmonic that the line's rate folds below this would take beats with it; the means leave a tenth of such a one. */
const LOWEST_HERTZ = 20;
const STRETCH_SECONDS = 1;
/** Whole periods of both frequencies. */
const SUM_SECONDS = 0.1;
/** Added to the diagonal, as a part of it: two harmonics may fold to one frequency. */
const RIDGE = 1e-6;

export interface HumLine {
  /** Means of equally many samples each, without a hole. */
  readonly values: Float64Array;
  /** Of the values, in Hz. */
  readonly rate: number;
  /** Of the samples, in Hz. */
  readonly sampledAt: number;
}

/** The line less the hum that fits it best. */
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

/** The fundamental near 50 or 60 Hz that holds, with its harmonics, most of the line's power, and these harmonics, in Hz. */
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

/** Whether the line can hold harmonic `order`. Devices of 100 to 120 Hz fold even the fundamental. */
function isHeld(hertz: number, order: number, { rate, sampledAt }: HumLine): boolean {
  const folded = Math.abs(hertz - rate * Math.round(hertz / rate));
  return folded >= LOWEST_HERTZ && (order === 1 || hertz <= sampledAt / 2);
}

/** Sums of `perSum` values times exp(-2 pi i hertz t): real and imaginary parts in turn. */
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

/** Power of a series of complex numbers at the frequency of `turns` a number. */
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

/** Takes out waves of the frequencies, each of a strength that may grow or fade in proportion to time. */
function withoutWaves(values: Float64Array, hertz: readonly number[], rate: number): Float64Array {
  const { length } = values;
  const time = Float64Array.from({ length }, (_, i) => (2 * i + 1 - length) / length);
  const steady = hertz.flatMap((f) =>
    [Math.cos, Math.sin].map((wave) => time.map((_, i) => wave((2 * Math.PI * f * i) / rate))),
  );
  const waves = [...steady, ...steady.map((wave) => wave.map((v, i) => v * time[i]!))];
  // The line's own level and slope are fitted beside them, and stay.
  const weights = leastSquares(values, [...waves, new Float64Array(length).fill(1), time]);
  const out = Float64Array.from(values);
  waves.forEach((wave, w) => {
    for (let i = 0; i < length; i++) out[i]! -= weights[w]! * wave[i]!;
  });
  return out;
}

/** Weights of the columns, by the normal equations. */
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
