/**
 * Heart rates of one lead, in beats a minute, from the times of its newest beats (milliseconds, ascending) and the time up to
 * which no later beat is known. Intervals never reach across a hole: the list begins anew behind one.
 */
import { usualInterval } from '../usual-interval.js';

/** Beats that the rules look at. */
export const RATE_BEATS = 9;

/** Intervals of the fast rate, and how many of them may be longer: a beat that was missed. */
const FAST_OF = 7;
const FAST_MISSED = 1;
/** Intervals of the slow rate, all of which must be long: a beat that was missed makes one, a bigeminus every second. */
const SLOW_OF = 3;
/** Intervals that the usual rate needs at least. */
const USUAL_AT_LEAST = 4;
/** Without a beat for so long the last intervals say nothing of now. */
const STALE_MS = 2000;

export interface Rates {
  /** Median of the last eight intervals, one that is still open and longer than that among them; undefined of fewer than four. */
  readonly usual: number | undefined;
  /** All but one of the last seven intervals are as short as this rate's. */
  readonly fast: number | undefined;
  /** All of the last three intervals, one that is still open counted where it is the longer, are as long as this rate's. */
  readonly slow: number | undefined;
}

export function ratesOf(beats: readonly number[], to: number): Rates {
  const closed = beats.slice(1).map((beat, i) => beat - beats[i]!);
  const last = beats.at(-1);
  if (last === undefined || closed.length === 0) return { usual: undefined, fast: undefined, slow: undefined };
  const open = to - last;
  return { usual: usualRate(closed, open), fast: fastRate(closed, open), slow: slowRate(closed, open) };
}

function usualRate(closed: readonly number[], open: number): number | undefined {
  return closed.length < USUAL_AT_LEAST ? undefined : 60_000 / usualInterval(closed, open, STALE_MS);
}

function fastRate(closed: readonly number[], open: number): number | undefined {
  if (closed.length < FAST_OF || open > STALE_MS) return undefined;
  const sorted = closed.slice(-FAST_OF).sort((a, b) => a - b);
  return 60_000 / sorted[FAST_OF - 1 - FAST_MISSED]!;
}

function slowRate(closed: readonly number[], open: number): number | undefined {
  if (closed.length < SLOW_OF - 1) return undefined;
  const waiting = Math.min(open, ...closed.slice(-(SLOW_OF - 1)));
  const shortest = closed.length < SLOW_OF ? waiting : Math.max(waiting, Math.min(...closed.slice(-SLOW_OF)));
  return 60_000 / shortest;
}
