/**
 * How far the rhythm's error may go by the windows that are known. The classifier hears the windows after this one too, and
 * what they change no edge can know: of a bound that is not much larger than that, a part is kept until the record's last
 * window, whose error is the record's own. docs/choosing.md has the table.
 */
import { WINDOWS_PER_RECORD } from '../signal/grid.js';

/** Share of the bound by the windows of the context. One window alone weighs least: four more will follow it. */
const SHARES: readonly number[] = [1, 0.3, 0.2, 0.3, 0.9];
/** Nats that the windows to come seldom change: of a wide bound only these are kept. */
const RESERVE = 0.1;
/** Share of the bound that a window may add where those before have spent what there is: lossless would not undo it. */
const SLACK = 0.2;

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
