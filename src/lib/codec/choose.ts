/** Which rung a window takes: the one with the largest gain whose predicted errors all stay below their bounds. */
import { PREDICTED_TASKS } from './latents.js';

export type PredictedTask = (typeof PREDICTED_TASKS)[number];
/** Errors or bounds by task: rhythm in nats of added cross-entropy, peaks as RPnet's loss. */
export type TaskErrors = Readonly<Record<PredictedTask, number>>;

/** What the administrator accepts: errors of the tasks, and PRDN of each window in percent, Infinity where it is free. */
export interface Bounds extends TaskErrors {
  readonly reconstruction: number;
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
  bounds: TaskErrors,
  tau: number,
): C | undefined {
  let best: C | undefined;
  for (const candidate of candidates) {
    const kept = PREDICTED_TASKS.every((task) => candidate.predicted[task] <= tau * bounds[task]);
    if (kept && (best === undefined || candidate.gain > best.gain)) best = candidate;
  }
  return best;
}
