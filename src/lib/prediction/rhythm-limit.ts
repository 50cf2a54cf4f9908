/**
 * How far the rhythm's error may go by the windows that are known. The classifier hears the windows after this one too, and
 * what they change no edge can know: of a bound that is not much larger than that, a part is kept until the record's last
 * window, whose error is the record's own. And what compression does to a decision that is clear so far shows where later
 * windows put it in doubt: until the last window it is asked what the change were worth in doubt. docs/choosing.md has the
 * table.
 */
import { WINDOWS_PER_RECORD } from '../signal/grid.js';

/** Share of the bound by the windows of the context. One window alone weighs least: four more will follow it. */
const SHARES: readonly number[] = [1, 0.5, 0.4, 0.4, 0.9];
/** Nats that the windows to come seldom change: of a wide bound only these are kept. */
const RESERVE = 0.1;
/** Share of the bound that a window may add where those before have spent what there is: lossless would not undo it. */
const SLACK = 0.2;

/** Further temperature at which a clear decision is one in doubt. */
export const DOUBT_TEMPERATURE = 4;
/** Share of the bound for the error in doubt, while windows are to come. */
const DOUBT_SHARE = 0.05;

/** Largest added cross-entropy of the context at `DOUBT_TEMPERATURE`, nats, with which a window may go. */
export function doubtLimit({ bound, tau, windows }: { bound: number; tau: number; windows: number }): number {
  return windows < WINDOWS_PER_RECORD ? tau * Math.max(DOUBT_SHARE * bound, bound - RESERVE) : Infinity;
}

/** Largest error of the context, nats, with which a window may go. */
export function rhythmLimit(of: {
  readonly bound: number;
  /** Share of the bound that may be reached at all. */
  readonly tau: number;
  /** Of the context, the newest included. */
  readonly windows: number;
  /** Error of the context if the newest went losslessly. */
  readonly spent: number;
}): number {
  const { bound, tau, windows, spent } = of;
  const share = SHARES[Math.min(windows, WINDOWS_PER_RECORD) - 1]!;
  return tau * Math.max(share * bound, bound - RESERVE, Math.min(spent + SLACK * bound, bound));
}
