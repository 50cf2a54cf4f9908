/** Intervals between R peaks, and what they were by minute. */
import type { BeatsEvent } from '../../protocol.js';

const MODEL_MS = 1000 / 300;
/** Longer is a pause or a hole: no interval is claimed across windows that do not follow each other. ms */
const LONGEST_MS = 6_000;
const MINUTE_MS = 60_000;

export interface Interval {
  /** Device ms of the second of the two peaks. */
  readonly at: number;
  readonly ms: number;
}

/** `beats` in the order of device time. */
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
  /** Device ms of its start. */
  readonly at: number;
  readonly count: number;
  readonly shortest: number;
  readonly median: number;
  readonly longest: number;
}

/** Minutes that have an interval, the newest first. Where the count is even the median is the lower of the middle two. */
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
