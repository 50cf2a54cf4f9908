/**
 * How far a prediction is to be trusted: the largest tau with which the rule (predicted error / bound <= tau) keeps the
 * default bounds on all but 1% of validation records. A choice on validation records, not a certificate.
 */
import type { Head } from '../lib/codec/latents.js';
import type { LayersModel } from '../lib/model/tf.js';
import { WINDOWS_PER_RECORD } from '../lib/signal/grid.js';
import { predictErrors, type Samples, type TransformErrors } from './window-errors.js';

/** Defaults of the services: nats of added cross-entropy, loss between distance maps. */
const BOUNDS = [0.75, 0.1] as const;
const TARGET = 0.01;
/** From 1 down in steps of 5%. */
const GRID = Array.from({ length: 60 }, (_, i) => 0.95 ** i);

export interface TauChoice {
  readonly tau: number;
  readonly bounds: readonly number[];
  readonly records: number;
  /** Share of records above a bound. */
  readonly violations: number;
  /** Shares of windows that go by a neural and by a transform rung. */
  readonly neural: number;
  readonly transform: number;
}

const NEVER = { tau: 0, violations: 0, neural: 0, transform: 0 };

interface Row {
  readonly neural: boolean;
  readonly errors: readonly number[];
  readonly ratio: number;
}

/** Uses the rows from `first` on. Tau 0 (never lossy) where even the smallest of the grid breaks the target. */
export function chooseTau(
  samples: Record<Head, Samples>,
  predictors: Record<Head, LayersModel>,
  transforms: readonly (TransformErrors & { readonly expected: { readonly rhythm: number; readonly peaks: number } })[],
  first: number,
): TauChoice {
  const rows = (head: Head): Row[] => {
    const predicted = predictErrors(predictors[head], head, samples[head].latents.slice(first));
    return samples[head].errors.slice(first).map((errors, i) => ({
      errors,
      neural: true,
      ratio: Math.max(...BOUNDS.map((bound, task) => (predicted[i]?.[task] ?? Infinity) / bound)),
    }));
  };
  const constant = transforms.map(({ errors, expected }) => {
    const ratio = Math.max(expected.rhythm / BOUNDS[0], expected.peaks / BOUNDS[1]);
    return errors.slice(first).map((own): Row => ({ errors: own, neural: false, ratio }));
  });
  // The fewest bytes first, as the edge takes them where several pass.
  const rungs = [rows(64), rows(32), ...constant.reverse()];
  const outcomes = GRID.map((tau) => ({ tau: Number(tau.toFixed(4)), ...outcome(rungs, tau) }));
  const kept = outcomes.find(({ violations }) => violations <= TARGET) ?? NEVER;
  return { ...kept, bounds: BOUNDS, records: rungs[0]!.length / WINDOWS_PER_RECORD };
}

/** A record's error is the mean over its windows, with 0 for lossless ones. */
function outcome(rungs: readonly Row[][], tau: number): Omit<TauChoice, 'tau' | 'bounds' | 'records'> {
  const windows = rungs[0]!.map((_, i) => rungs.map((rows) => rows[i]!).find(({ ratio }) => ratio <= tau));
  let violations = 0;
  for (let at = 0; at < windows.length; at += WINDOWS_PER_RECORD) {
    const record = windows.slice(at, at + WINDOWS_PER_RECORD);
    const above = BOUNDS.some((bound, task) => {
      const sum = record.reduce((total, window) => total + (window?.errors[task] ?? 0), 0);
      return !(sum / WINDOWS_PER_RECORD <= bound);
    });
    if (above) violations++;
  }
  const share = (neural: boolean): number =>
    windows.filter((window) => window?.neural === neural).length / windows.length;
  return {
    violations: violations / (windows.length / WINDOWS_PER_RECORD),
    neural: share(true),
    transform: share(false),
  };
}
