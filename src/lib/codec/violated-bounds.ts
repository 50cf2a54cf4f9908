/** Determines which bounds a record's true errors violate; shared by audits and by trials of a policy. */
import { weightedError, type TaskBounds } from './choose.js';

/** `own` stands for any of the user's own tasks. */
export type BoundedTask = 'rhythm' | 'peaks' | 'reconstruction' | 'weighted_sum' | 'own';

/** Bounds that a record is judged by. */
export interface BoundsToJudge extends TaskBounds {
  /** Bound on the PRDN of each window, percent; undefined: no bound. */
  readonly reconstruction?: number;
}

/** Errors over a record; null: not finite. */
export interface MeasuredErrors {
  readonly rhythmError: number | null;
  readonly peaksError: number | null;
  /** Largest PRDN of the record's windows, percent; needed only if there is a bound on it. */
  readonly prdnWindow?: number | null;
  /** Errors of the user's own tasks, by name. */
  readonly taskErrors?: Readonly<Record<string, number | null>> | null;
}

/**
 * Returns the tasks whose error is above the bound. A measured error that is not finite violates its task, even without a bound;
 * for PRDN and the weighted sum only with one.
 */
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
