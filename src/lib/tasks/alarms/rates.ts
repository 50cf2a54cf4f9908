/**
 * Heart rates of one lead, in beats a minute, from the times of its newest beats (milliseconds, ascending) and the time up to
 * which no later beat is known. A hole may hide beats: an interval across one is that long at most, so that it counts where a rate
 * may be too fast, and not where it may be too slow. What is of before a hole counts while the other intervals make up half of the
 * time.
 */
import { usualInterval } from '../usual-interval.js';

/** Beats that the rules look at. */
export const RATE_BEATS = 9;

/** Intervals of the fast rate, and how many of them may be longer: a beat that was missed. */
const FAST_OF = 7;
const FAST_MISSED = 1;
/** Intervals of the slow rate, all of which must be long: a beat that was missed makes one, a bigeminus every second. */
const SLOW_OF = 3;
/** Intervals of the usual rate, and those that it needs at least. */
const USUAL_OF = RATE_BEATS - 1;
const USUAL_AT_LEAST = 4;
/** Without a beat for so long the last intervals say nothing of now. */
const STALE_MS = 2000;

/** An interval between two beats: where it ends, and its length. */
export interface Interval {
  readonly at: number;
  readonly ms: number;
  /** A hole lies in it, which may hide beats. */
  readonly across: boolean;
}

/** What is known of before the last hole. */
export interface BeforeHole {
  readonly intervals: readonly Interval[];
  /** The last beat of then, where one is known. */
  readonly last: number | null;
  /** Where the hole ends. */
  readonly end: number;
}

export interface Rates {
  /**
   * Of the median of the last eight intervals, one that is still open and longer than that among them; undefined of fewer than
   * four. `atLeast` is with the intervals across holes, `atMost` without; where there is no hole they are the same.
   */
  readonly atLeast: number | undefined;
  readonly atMost: number | undefined;
  /** All but one of the last seven intervals are as short as this rate's. */
  readonly fast: number | undefined;
  /** All of the last three intervals, one that is still open counted where it is the longer, are as long as this rate's. */
  readonly slow: number | undefined;
}

/** Those between `beats`, and the one across the hole before them. */
export function intervalsOf(beats: readonly number[], last: number | null = null): Interval[] {
  const [first] = beats;
  const own = beats.slice(1).map((at, i) => ({ at, ms: at - beats[i]!, across: false }));
  return first === undefined || last === null ? own : [{ at: first, ms: first - last, across: true }, ...own];
}

export function ratesOf(beats: readonly number[], to: number, before?: BeforeHole): Rates {
  const open = to - (beats.at(-1) ?? before?.end ?? to);
  // With beats enough since the hole nothing of before it is asked for.
  const isEnough = before === undefined || beats.length >= RATE_BEATS;
  const all = isEnough ? intervalsOf(beats.slice(-RATE_BEATS)) : [...before.intervals, ...intervalsOf(beats, before.last)]; // prettier-ignore
  const withHoles = newestOf(all, open, to);
  const without = newestOf(all.filter(({ across }) => !across), open, to); // prettier-ignore
  const usual = { atLeast: usualRate(withHoles, open), atMost: usualRate(without, open) };
  return { ...usual, fast: fastRate(withHoles, open), slow: slowRate(without, open) };
}

/** So many of the newest closed intervals; undefined where there are fewer, or where holes hide more of their time than is known. */
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
