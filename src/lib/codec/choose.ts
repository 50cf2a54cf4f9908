/** What a window's choice must keep, and the choice by gain alone: the largest whose predicted errors all stay below their bounds. */
import { PREDICTED_TASKS } from './latents.js';

export type PredictedTask = (typeof PREDICTED_TASKS)[number];
/** Errors or bounds by task: rhythm in nats of added cross-entropy, peaks as RPnet's loss. */
export type TaskErrors = Readonly<Record<PredictedTask, number>>;

/** What the errors of a window must keep. */
export interface TaskBounds extends TaskErrors {
  /** Bound on the errors' sum, each times its weight: eq. (2) of the paper as one more task. */
  readonly weightedSum?: { readonly weights: TaskErrors; readonly bound: number };
  /** Bounds on tasks of one's own, by name: no word of theirs comes with a candidate, so that `chooseRung` cannot keep them. */
  readonly tasks?: Readonly<Record<string, number>>;
}

/** What the administrator accepts: errors of the tasks, and PRDN of each window in percent, Infinity where it is free. */
export interface Bounds extends TaskBounds {
  readonly reconstruction: number;
}

/** What a window's choice must keep, where not all windows of a process keep the same. */
export interface ChoiceLimits {
  readonly bounds: Bounds;
  /** Share of a task's bound that a predicted error may reach; PRDN is known exactly, and may reach its own. */
  readonly tau: number;
  /** Places in the ladder that may be chosen beside lossless; undefined: all. */
  readonly rungs: ReadonlySet<number> | undefined;
}

/** Limits of the windows that have none of their own. */
export interface CommonLimits {
  readonly bounds?: Bounds;
  readonly tau?: number;
}

/** Nothing keeps these. */
const NONE = { bounds: { rhythm: Number.NaN, peaks: Number.NaN, reconstruction: Number.NaN }, tau: 0 };

/** What the choice for a window must keep: its own limits, or the common ones; without any it goes losslessly. */
export function limitsFor(
  { limits }: { readonly limits?: ChoiceLimits },
  { bounds, tau }: CommonLimits,
): Pick<ChoiceLimits, 'bounds' | 'tau'> {
  return limits ?? (bounds === undefined || tau === undefined ? NONE : { bounds, tau });
}

export interface Candidate {
  readonly rung: number;
  readonly gain: number;
  readonly predicted: TaskErrors;
}

/**
 * The candidate with the largest gain and max over tasks of (predicted error / bound) <= tau, or undefined: losslessly.
 * A prediction that is not finite never passes, since it compares false with everything.
 */
export function chooseRung<C extends Candidate>(
  candidates: readonly C[],
  bounds: TaskBounds,
  tau: number,
): C | undefined {
  let best: C | undefined;
  for (const candidate of candidates) {
    const kept = keepsBounds(candidate.predicted, bounds, tau);
    if (kept && (best === undefined || candidate.gain > best.gain)) best = candidate;
  }
  return best;
}

/** Whether all errors are within tau of their bounds; one that is no number is not. */
export function keepsBounds(errors: TaskErrors, { weightedSum, ...bounds }: TaskBounds, tau: number): boolean {
  if (!PREDICTED_TASKS.every((task) => errors[task] <= tau * bounds[task])) return false;
  return weightedSum === undefined || weightedError(errors, weightedSum.weights) <= tau * weightedSum.bound;
}

/** Sum of the errors, each times its weight. */
export function weightedError(errors: TaskErrors, weights: TaskErrors): number {
  return PREDICTED_TASKS.reduce((sum, task) => sum + weights[task] * errors[task], 0);
}
