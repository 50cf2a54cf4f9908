/** Intervals between R peaks, and their statistics by minute. */
import type { BeatsEvent } from '../../protocol.js';

const MODEL_MS = 1000 / 300;
/** Longest interval, ms: a longer one is a pause or a hole. There is none across windows that do not follow each other. */
const LONGEST_MS = 6_000;
const MINUTE_MS = 60_000;

export interface Interval {
  /** Device ms of the second peak. */
  readonly at: number;
  readonly ms: number;
}

/** Returns the intervals. `beats` must be in the order of device time. */
export function intervalsOf(beats: readonly BeatsEvent[]): Interval[] {
  const found: Interval[] = [];
  let last: { readonly epoch: number; readonly to: number; readonly peak: number } | undefined;
  for (const { epoch, from, to, peaks } of beats) {
    let before = last?.epoch === epoch && last.to === from ? last.peak : undefined;
    for (const peak of peaks) {
      const ms = before === undefined ? Infinity : (peak - before) * MODEL_MS;
      if (ms <= LONGEST_MS) found.push({ at: epoch + peak * MODEL_MS, ms });
      before = peak;
    }
    last = before === undefined ? undefined : { epoch, to, peak: before };
  }
  return found;
}

export interface Minute {
  /** Start of the minute, device ms. */
  readonly at: number;
  readonly count: number;
  readonly shortest: number;
  readonly median: number;
  readonly longest: number;
}

/** Minutes with an interval, the newest first. If the count is even, the median is the lower of the middle two. */
export function rrMinutes(intervals: readonly Interval[]): Minute[] {
  const minutes = new Map<number, number[]>();
  for (const { at, ms } of intervals) {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const held = minutes.get(minute);
    if (held === undefined) minutes.set(minute, [ms]);
    else held.push(ms);
  }
  return [...minutes]
    .sort(([a], [b]) => b - a)
    .map(([at, values]) => {
      const sorted = values.toSorted((a, b) => a - b);
      const of = (share: number): number => sorted[Math.floor(share * (sorted.length - 1))] ?? NaN;
      return { at, count: sorted.length, shortest: of(0), median: of(0.5), longest: of(1) };
    });
}
