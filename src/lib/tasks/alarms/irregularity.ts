/**
 * How irregular the beats of one lead are: the coefficient of sample entropy of their intervals (Lake and Moorman, Accurate
 * estimation of entropy in very short physiological time series, Am J Physiol Heart Circ Physiol 300:H319-H325, 2011,
 * doi:10.1152/ajpheart.00561.2010). It measures how well an interval predicts the next: a pattern such as a bigeminus counts as
 * regular, and so do a few ectopic beats. Beats are times in milliseconds, ascending, none of them from before a hole.
 */

/** Largest number of intervals measured; the smallest is that of the paper's twelve beats. */
const INTERVALS = 30;
const LEAST_INTERVALS = 11;
/** Older beats do not describe the present rhythm. */
const WINDOW_MS = 60_000;
/** Intervals match within this tolerance; it grows by steps while fewer pairs match: the paper's rule for confident estimates. */
const TOLERANCE_MS = 30;
const TOLERANCE_STEP_MS = 5;
const LEAST_MATCHES = 5;

/** Number of beats that the measure looks at. */
export const IRREGULARITY_BEATS = INTERVALS + 1;

/**
 * Returns the coefficient, a natural logarithm without unit: usually about -0.3 in fibrillation, -2 or less in a regular rhythm.
 * Undefined if there are fewer than eleven intervals within the minute before `to`, or if too few match.
 */
export function irregularityOf(beats: readonly number[], to: number): number | undefined {
  const own = beats.filter((beat) => beat > to - WINDOW_MS).slice(-IRREGULARITY_BEATS);
  const intervals = own.slice(1).map((beat, i) => beat - own[i]!);
  if (intervals.length < LEAST_INTERVALS) return undefined;
  const mean = intervals.reduce((sum, interval) => sum + interval, 0) / intervals.length;
  for (let tolerance = TOLERANCE_MS; tolerance < WINDOW_MS; tolerance += TOLERANCE_STEP_MS) {
    const { alike, goOn } = matches(intervals, tolerance);
    if (goOn >= LEAST_MATCHES) return Math.log((alike / goOn) * ((2 * tolerance) / mean));
  }
  return undefined;
}

/** Counts pairs of intervals that match (`alike`), and those of them whose next intervals match too (`goOn`). */
function matches(intervals: readonly number[], tolerance: number): { readonly alike: number; readonly goOn: number } {
  let [alike, goOn] = [0, 0];
  for (let i = 0; i + 2 < intervals.length; i++) {
    for (let j = i + 1; j + 1 < intervals.length; j++) {
      if (Math.abs(intervals[i]! - intervals[j]!) > tolerance) continue;
      alike += 1;
      if (Math.abs(intervals[i + 1]! - intervals[j + 1]!) <= tolerance) goOn += 1;
    }
  }
  return { alike, goOn };
}
