/** Which bounds a record's true errors break: one rule for audits and for a policy that is tried out. */
import { weightedError, type TaskBounds } from './choose.js';

/** `own`: any task of one's own. */
export type BoundedTask = 'rhythm' | 'peaks' | 'reconstruction' | 'weighted_sum' | 'own';

/** What a record must have kept. */
export interface BoundsToJudge extends TaskBounds {
  /** PRDN of each window, percent; undefined: none. */
  readonly reconstruction?: number;
}

/** Over a record; null: not finite. */
export interface MeasuredErrors {
  readonly rhythmError: number | null;
  readonly peaksError: number | null;
  /** Largest PRDN of its windows, percent: asked where there is a bound on it. */
  readonly prdnWindow?: number | null;
  /** Of tasks of one's own, by name. */
  readonly taskErrors?: Readonly<Record<string, number | null>> | null;
}

/** Tasks whose error is above the bound. An error that is not finite is above every bound, also where there is none. */
export function tasksViolated(errors: MeasuredErrors, bounds: BoundsToJudge | undefined): BoundedTask[] {
  const { rhythmError, peaksError } = errors;
  const [rhythm, peaks] = [rhythmError ?? Number.NaN, peaksError ?? Number.NaN];
  const { weightedSum, reconstruction } = bounds ?? {};
  const above = (error: number, bound = Number.MAX_VALUE): boolean => !(error <= bound);
  const tasks: BoundedTask[] = [];
  if (above(rhythm, bounds?.rhythm)) tasks.push('rhythm');
  if (above(peaks, bounds?.peaks)) tasks.push('peaks');
  if (reconstruction !== undefined && above(errors.prdnWindow ?? Number.NaN, reconstruction))
    tasks.push('reconstruction');
  if (weightedSum !== undefined && above(weightedError({ rhythm, peaks }, weightedSum.weights), weightedSum.bound)) {
    tasks.push('weighted_sum');
  }
  const own = {
    ...Object.fromEntries(Object.keys(bounds?.tasks ?? {}).map((name) => [name, null])),
    ...errors.taskErrors,
  };
  if (Object.entries(own).some(([name, error]) => above(error ?? Number.NaN, bounds?.tasks?.[name]))) tasks.push('own');
  return tasks;
}
