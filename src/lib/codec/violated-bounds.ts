/** Which bounds a record's true errors break: one rule for audits and for a policy that is tried out. */
import { weightedError, type TaskBounds } from './choose.js';

/** `own`: any task of one's own. */
export type BoundedTask = 'rhythm' | 'peaks' | 'weighted_sum' | 'own';

/** Over a record; null: not finite. */
export interface MeasuredErrors {
  readonly rhythmError: number | null;
  readonly peaksError: number | null;
  /** Of tasks of one's own, by name. */
  readonly taskErrors?: Readonly<Record<string, number | null>> | null;
}

/** Tasks whose error is above the bound. An error that is not finite is above every bound, also where there is none. */
export function tasksViolated(errors: MeasuredErrors, bounds: TaskBounds | undefined): BoundedTask[] {
  const { rhythmError, peaksError } = errors;
  const [rhythm, peaks] = [rhythmError ?? Number.NaN, peaksError ?? Number.NaN];
  const { weightedSum } = bounds ?? {};
  const above = (error: number, bound = Number.MAX_VALUE): boolean => !(error <= bound);
  const tasks: BoundedTask[] = [];
  if (above(rhythm, bounds?.rhythm)) tasks.push('rhythm');
  if (above(peaks, bounds?.peaks)) tasks.push('peaks');
  if (weightedSum !== undefined && above(weightedError({ rhythm, peaks }, weightedSum.weights), weightedSum.bound)) {
    tasks.push('weighted_sum');
  }
  const own = { ...Object.fromEntries(Object.keys(bounds?.tasks ?? {}).map((name) => [name, null])), ...errors.taskErrors }; // prettier-ignore
  if (Object.entries(own).some(([name, error]) => above(error ?? Number.NaN, bounds?.tasks?.[name]))) tasks.push('own');
  return tasks;
}
