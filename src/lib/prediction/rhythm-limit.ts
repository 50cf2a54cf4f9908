/**
 * How far the rhythm's error may go by the windows that are known. The classifier hears the windows after this one too, and
 * what they change no edge can know: of a bound that is not much larger than that, a part is kept until the record's last
 * window, whose error is the record's own. And what compression does to a decision that is clear so far shows where later
 * windows put it in doubt: until the last window it is asked what the change were worth in doubt. docs/choosing.md has the
 * table.
 */
import { WINDOWS_PER_RECORD } from '../signal/grid.js';
import { addedCrossEntropy, tempered } from '../tasks/rhythm.js';

/** Share of the bound by the windows of the context. One window alone weighs least: four more will follow it. */
const SHARES: readonly number[] = [1, 0.5, 0.4, 0.4, 0.9];
/** Nats that the windows to come seldom change: of a wide bound only these are kept. */
const RESERVE = 0.1;
/** Share of the bound that a window may add where those before have spent what there is: lossless would not undo it. */
const SLACK = 0.2;

/** Further temperature at which a clear decision is one in doubt. */
const DOUBT_TEMPERATURE = 4;
/** Share of the bound for the error in doubt, while windows are to come. */
const DOUBT_SHARE = 0.05;
/** Shares of the bound: what a window may add to an error in doubt that is spent, and what both may come to. */
const DOUBT_SLACK = 0.01;
const DOUBT_MOST = 0.1;

/** Added cross-entropy of a context, nats: as it is, and were its decisions in doubt (0 where no window is to come). */
export interface RhythmErrors {
  readonly added: number;
  readonly inDoubt: number;
}

/** The classifier's answer [steps x 4] to the original of a context, and what an answer to what would be sent adds to it. */
export class RhythmReference {
  readonly #probabilities: Float32Array;
  readonly #inDoubt: Float32Array | undefined;

  /** @param windows of the context, the newest included */
  constructor(probabilities: Float32Array, windows: number) {
    this.#probabilities = probabilities;
    if (windows < WINDOWS_PER_RECORD) this.#inDoubt = tempered(probabilities, DOUBT_TEMPERATURE);
  }

  /** What the classifier's answer to what would be sent adds. */
  errorsOf(sent: Float32Array): RhythmErrors {
    const added = addedCrossEntropy(this.#probabilities, sent);
    if (this.#inDoubt === undefined) return { added, inDoubt: 0 };
    return { added, inDoubt: addedCrossEntropy(this.#inDoubt, tempered(sent, DOUBT_TEMPERATURE)) };
  }
}

/** Largest errors of the context, nats, with which a window may go. */
export function rhythmLimits(of: {
  readonly bound: number;
  /** Share of the bound that may be reached at all. */
  readonly tau: number;
  /** Of the context, the newest included. */
  readonly windows: number;
  /** Errors of the context if the newest went losslessly. */
  readonly spent: RhythmErrors;
}): RhythmErrors {
  const { bound, tau, windows, spent } = of;
  const share = SHARES[Math.min(windows, WINDOWS_PER_RECORD) - 1]!;
  const unreserved = bound - RESERVE;
  const room = Math.min(spent.added + SLACK * bound, bound);
  // What is spent is no share of tau: below it nothing but a candidate that mends would pass.
  const roomInDoubt = Math.min(spent.inDoubt + tau * DOUBT_SLACK * bound, tau * DOUBT_MOST * bound);
  return {
    added: tau * Math.max(share * bound, unreserved, room),
    inDoubt: Math.max(tau * Math.max(DOUBT_SHARE * bound, unreserved), roomInDoubt),
  };
}

/** False too where an error is no number. */
export const isWithin = (errors: RhythmErrors, limits: RhythmErrors): boolean =>
  errors.added <= limits.added && errors.inDoubt <= limits.inDoubt;
