/**
 * How far a prediction is to be trusted: the largest tau with which the rule (predicted error / bound <= tau) keeps the
 * default bounds on all but 1% of validation records. A choice on validation records, not a certificate.
 */
import type { Head } from '../lib/codec/latents.js';
import type { LayersModel } from '../lib/model/tf.js';
import { WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { predictErrors, type Samples } from './window-errors.js';

/** Defaults of the services: nats of added cross-entropy, loss between distance maps. */
const BOUNDS = [0.75, 0.1] as const;
const TARGET = 0.01;
/** From 1 down in steps of 5%. */
const GRID = Array.from({ length: 60 }, (_, i) => 0.95 ** i);

export interface TauChoice {
  readonly tau: number;
  readonly bounds: readonly number[];
  readonly records: number;
  /** Shares of records above a bound, and of windows that go lossily. */
  readonly violations: number;
  readonly lossy: number;
}

interface Row {
  readonly errors: readonly number[];
  readonly ratio: number;
}

/** Uses the rows from `first` on. Tau 0 (never lossy) where even the smallest of the grid breaks the target. */
export function chooseTau(
  samples: Record<Head, Samples>,
  predictors: Record<Head, LayersModel>,
  first: number,
): TauChoice {
  const rows = (head: Head): Row[] => {
    const predicted = predictErrors(predictors[head], head, samples[head].latents.slice(first));
    return samples[head].errors.slice(first).map((errors, i) => ({
      errors,
      ratio: Math.max(...BOUNDS.map((bound, task) => (predicted[i]?.[task] ?? Infinity) / bound)),
    }));
  };
  // The head with fewer latents first: it is what the edge takes where both pass.
  const heads = [rows(64), rows(32)];
  const outcomes = GRID.map((tau) => ({ tau: Number(tau.toFixed(4)), ...outcome(heads, tau) }));
  const kept = outcomes.find(({ violations }) => violations <= TARGET) ?? { tau: 0, violations: 0, lossy: 0 };
  return { ...kept, bounds: BOUNDS, records: heads[0]!.length / WINDOWS_PER_RECORD };
}

/** A record's error is the mean over its windows, with 0 for lossless ones. */
function outcome(heads: readonly Row[][], tau: number): { violations: number; lossy: number } {
  const windows = heads[0]!.map((_, i) => heads.map((rows) => rows[i]!).find(({ ratio }) => ratio <= tau));
  let violations = 0;
  for (let at = 0; at < windows.length; at += WINDOWS_PER_RECORD) {
    const record = windows.slice(at, at + WINDOWS_PER_RECORD);
    const above = BOUNDS.some((bound, task) => {
      const sum = record.reduce((total, window) => total + (window?.errors[task] ?? 0), 0);
      return !(sum / WINDOWS_PER_RECORD <= bound);
    });
    if (above) violations++;
  }
  const lossy = windows.filter((window) => window !== undefined).length / windows.length;
  return { violations: violations / (windows.length / WINDOWS_PER_RECORD), lossy };
}
