/**
 * Heart rates of one lead, in beats per minute, from the times of its newest beats (milliseconds, ascending) and the time `to`
 * up to which there is no later beat. A hole may hide beats, so the length of an interval across a hole is an upper limit: such
 * intervals count for fast rates, but not for slow ones. Intervals from before a hole count while those without a hole fill at
 * least half of the time.
 */
import { usualInterval } from '../usual-interval.js';

/** Number of beats that the rules look at. */
export const RATE_BEATS = 9;

/** Number of intervals of the fast rate, and how many of them may be longer because a beat was missed. */
const FAST_OF = 7;
const FAST_MISSED = 1;
/** Number of intervals of the slow rate. All must be long: a missed beat makes one long, a bigeminus every second one. */
const SLOW_OF = 3;
/** Largest and smallest number of intervals from which the usual rate is taken. */
const USUAL_OF = RATE_BEATS - 1;
const USUAL_AT_LEAST = 4;
/** After this long without a beat, the last intervals alone do not give the current rate. */
const STALE_MS = 2000;

/** An interval between two beats: the time of its end, and its length. */
export interface Interval {
  readonly at: number;
  readonly ms: number;
  /** It contains a hole, which may hide beats. */
  readonly across: boolean;
}

/** What is known from before the last hole. */
export interface BeforeHole {
  readonly intervals: readonly Interval[];
  /** The last beat before the hole, if one is known. */
  readonly last: number | null;
  /** Time of the end of the hole. */
  readonly end: number;
}

export interface Rates {
  /**
   * Usual rate, by the median of the last eight intervals; one still open is among them if the beat is late. Undefined for fewer
   * than four. `atLeast` includes the intervals across holes, `atMost` does not; without holes they are equal.
   */
  readonly atLeast: number | undefined;
  readonly atMost: number | undefined;
  /** Rate of the second longest of the last seven intervals: all but one are at least as short as this rate's. */
  readonly fast: number | undefined;
  /** Rate of the shortest of the last three intervals; one still open is among them if that makes the rate lower. */
  readonly slow: number | undefined;
}

/** Returns the intervals between `beats`, preceded by the one across the hole between `last` and the first of them. */
export function intervalsOf(beats: readonly number[], last: number | null = null): Interval[] {
  const [first] = beats;
  const own = beats.slice(1).map((at, i) => ({ at, ms: at - beats[i]!, across: false }));
  return first === undefined || last === null ? own : [{ at: first, ms: first - last, across: true }, ...own];
}

export function ratesOf(beats: readonly number[], to: number, before?: BeforeHole): Rates {
  const open = to - (beats.at(-1) ?? before?.end ?? to);
  // With enough beats since the hole, nothing from before it is needed.
  const isEnough = before === undefined || beats.length >= RATE_BEATS;
  const all = isEnough
    ? intervalsOf(beats.slice(-RATE_BEATS))
    : [...before.intervals, ...intervalsOf(beats, before.last)];
  const withHoles = newestOf(all, open, to);
  const without = newestOf(
    all.filter(({ across }) => !across),
    open,
    to,
  );
  const usual = { atLeast: usualRate(withHoles, open), atMost: usualRate(without, open) };
  return { ...usual, fast: fastRate(withHoles, open), slow: slowRate(without, open) };
}

/** Returns the newest `count` closed intervals; undefined if there are fewer, or if holes take more than half of their time. */
type Newest = (count: number) => readonly number[] | undefined;

function newestOf(intervals: readonly Interval[], open: number, to: number): Newest {
  return (count) => {
    const own = intervals.slice(-count);
    const [first] = own;
    if (first === undefined || own.length < count) return undefined;
    const known = own.reduce((sum, { ms, across }) => sum + (across ? 0 : ms), open);
    return 2 * known >= to - (first.at - first.ms) ? own.map(({ ms }) => ms) : undefined;
  };
}

function usualRate(newest: Newest, open: number): number | undefined {
  for (let count = USUAL_OF; count >= USUAL_AT_LEAST; count--) {
    const closed = newest(count);
    if (closed !== undefined) return 60_000 / usualInterval(closed, open, STALE_MS);
  }
  return undefined;
}

function fastRate(newest: Newest, open: number): number | undefined {
  const closed = newest(FAST_OF);
  if (closed === undefined || open > STALE_MS) return undefined;
  return 60_000 / [...closed].sort((a, b) => a - b)[FAST_OF - 1 - FAST_MISSED]!;
}

function slowRate(newest: Newest, open: number): number | undefined {
  const closed = newest(SLOW_OF - 1);
  if (closed === undefined) return undefined;
  const waiting = Math.min(open, ...closed);
  return 60_000 / Math.max(waiting, Math.min(...(newest(SLOW_OF) ?? [waiting])));
}
