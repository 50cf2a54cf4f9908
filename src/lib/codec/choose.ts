/** Bounds on a window's rung, and the choice of the rung with the largest gain whose predicted errors all keep them. */
import { PREDICTED_TASKS } from './latents.js';

export type PredictedTask = (typeof PREDICTED_TASKS)[number];
/** Errors or bounds by task: rhythm in nats of added cross-entropy, peaks as RPnet's loss. */
export type TaskErrors = Readonly<Record<PredictedTask, number>>;

/** Bounds on the errors of a window. */
export interface TaskBounds extends TaskErrors {
  /** Bound on the weighted sum of the errors: eq. (2) of the paper as one more task. */
  readonly weightedSum?: { readonly weights: TaskErrors; readonly bound: number };
  /** Bounds on the user's own tasks, by name. Candidates carry no predictions of these, so `chooseRung` cannot keep them. */
  readonly tasks?: Readonly<Record<string, number>>;
}

/** Bounds set by the administrator: task errors, and PRDN of each window in percent (Infinity: no bound). */
export interface Bounds extends TaskBounds {
  readonly reconstruction: number;
}

/** Limits on the choice of one window, for processes whose windows have different limits. */
export interface ChoiceLimits {
  readonly bounds: Bounds;
  /** Share of a task's bound that a predicted error may reach. PRDN is known exactly and may reach its full bound. */
  readonly tau: number;
  /** Indices in the ladder of the rungs that may be chosen besides lossless; undefined: all. */
  readonly rungs: ReadonlySet<number> | undefined;
}

/** Limits for windows without their own. */
export interface CommonLimits {
  readonly bounds?: Bounds;
  readonly tau?: number;
}

/** Limits that no prediction can keep. */
const NONE = { bounds: { rhythm: Number.NaN, peaks: Number.NaN, reconstruction: Number.NaN }, tau: 0 };

/** Returns the window's own limits, or else the common ones. Without either, returns limits that force lossless coding. */
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
 * Returns the candidate with the largest gain among those with max over tasks of (predicted error / bound) <= tau, or undefined
 * if the window must be sent losslessly. NaN never passes, since it compares false with everything.
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

/** Returns whether each error is at most tau times its bound. NaN is not. */
export function keepsBounds(errors: TaskErrors, { weightedSum, ...bounds }: TaskBounds, tau: number): boolean {
  if (!PREDICTED_TASKS.every((task) => errors[task] <= tau * bounds[task])) return false;
  return weightedSum === undefined || weightedError(errors, weightedSum.weights) <= tau * weightedSum.bound;
}

/** Returns the weighted sum of the errors. */
export function weightedError(errors: TaskErrors, weights: TaskErrors): number {
  return PREDICTED_TASKS.reduce((sum, task) => sum + weights[task] * errors[task], 0);
}
