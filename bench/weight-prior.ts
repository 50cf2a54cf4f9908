import type { WeightPrior } from '../src/lib/codec/recursive-least-squares.js';
import { factorise, inverseOf, solve } from '../src/lib/signal/cholesky.js';

interface Evidence {
  readonly precision: Float64Array;
  readonly pull: Float64Array;
}

/** How errors are weighted: `calm` by the loudness around each sample, `even` by that of the whole window. */
export type Weighting = 'calm' | 'even';

/**
 * Fits the normal distribution from which the best predictor weights of windows are drawn, by expectation maximisation over
 * the posterior of each window. Signals are relative to the first sample of their window.
 */
export function fitWeightPrior(windows: readonly Float64Array[], order: number, weighting: Weighting): WeightPrior {
  const evidence = windows.map((window) => evidenceOf(window, order, weighting));
  let mean = new Float64Array(order);
  let covariance = identity(order);
  for (let round = 0; round < 10; round++) {
    const inverse = inverseOf(covariance, order);
    const centre = new Float64Array(order);
    const spread = new Float64Array(order * order);
    for (const { precision, pull } of evidence) {
      const posterior = inverseOf(
        precision.map((v, i) => v + inverse[i]!),
        order,
      );
      const right = pull.map((v, i) => v + dot(inverse, i, mean, order));
      const best = right.map((_, i) => dot(posterior, i, right, order));
      for (let i = 0; i < order; i++) {
        centre[i]! += best[i]! / evidence.length;
        for (let j = 0; j < order; j++) {
          spread[i * order + j]! += (posterior[i * order + j]! + best[i]! * best[j]!) / evidence.length;
        }
      }
    }
    mean = centre;
    // The ridge keeps directions in which no training window moved from being frozen.
    covariance = spread.map((v, at) => {
      const [i, j] = [Math.floor(at / order), at % order];
      return v - centre[i]! * centre[j]! + (i === j ? 1e-5 : 0);
    });
  }
  const lower: number[] = [];
  for (let i = 0; i < order; i++) for (let j = 0; j <= i; j++) lower.push(covariance[i * order + j]!);
  return { mean: Array.from(mean), covariance: lower };
}

function evidenceOf(window: Float64Array, order: number, weighting: Weighting): Evidence {
  let noise = new Float64Array(window.length).fill(1);
  let found = gather(window, order, noise);
  for (let round = 0; round < 2; round++) {
    const ridged = found.precision.map((v, at) => (at % (order + 1) === 0 ? v * (1 + 1e-3 / window.length) + 0.01 : v));
    const weights = solve(factorise(ridged, order), found.pull, order);
    noise = noiseOf(window, weights, weighting);
    found = gather(window, order, noise);
  }
  return found;
}

function gather(window: Float64Array, order: number, noise: Float64Array): Evidence {
  const precision = new Float64Array(order * order);
  const pull = new Float64Array(order);
  for (let t = 1; t < window.length; t++) {
    for (let i = 0; i < order && i < t; i++) {
      const weighted = window[t - 1 - i]! / noise[t]!;
      pull[i]! += weighted * window[t]!;
      for (let j = 0; j < order && j < t; j++) precision[i * order + j]! += weighted * window[t - 1 - j]!;
    }
  }
  return { precision, pull };
}

function noiseOf(window: Float64Array, weights: Float64Array, weighting: Weighting): Float64Array<ArrayBuffer> {
  const errors = window.map((value, t) => {
    let error = value;
    for (let i = 0; i < weights.length && i < t; i++) error -= weights[i]! * window[t - 1 - i]!;
    return error;
  });
  if (weighting === 'even') {
    return new Float64Array(window.length).fill(0.1 + errors.reduce((a, e) => a + e * e, 0) / window.length);
  }
  return errors.map((_, t) => {
    let size = 0.3;
    let weight = 0.3;
    for (let k = -4; k <= 4; k++) {
      const error = errors[t + k];
      if (error === undefined) continue;
      const share = 1 / (1 + 0.5 * Math.abs(k));
      size += share * Math.abs(error);
      weight += share;
    }
    return 1.5 * (size / weight) ** 2 + 0.1;
  });
}

function identity(order: number): Float64Array<ArrayBuffer> {
  return new Float64Array(order * order).map((_, at) => (at % (order + 1) === 0 ? 1 : 0));
}

function dot(matrix: Float64Array, row: number, vector: Float64Array, order: number): number {
  let sum = 0;
  for (let j = 0; j < order; j++) sum += matrix[row * order + j]! * vector[j]!;
  return sum;
}
