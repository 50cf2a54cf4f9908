/**
 * How irregular the beats of one lead are: the coefficient of sample entropy of their intervals (Lake and Moorman, Accurate
 * estimation of entropy in very short physiological time series, Am J Physiol Heart Circ Physiol 300:H319-H325, 2011,
 * doi:10.1152/ajpheart.00561.2010). It asks how far an interval tells the next: a pattern such as a bigeminus, and a few ectopic
 * beats, are regular to it. Beats are times in milliseconds, ascending, none of them from before a hole.
 */

/** The measure is of so many intervals at most, and of no fewer than the paper's twelve beats have. */
const INTERVALS = 30;
const LEAST_INTERVALS = 11;
/** Older beats say nothing of now. */
const WINDOW_MS = 60_000;
/** Intervals match within so much, and more where fewer pairs than that do: the paper's rule for confident estimates. */
const TOLERANCE_MS = 30;
const TOLERANCE_STEP_MS = 5;
const LEAST_MATCHES = 5;

/** Beats that the measure looks at. */
export const IRREGULARITY_BEATS = INTERVALS + 1;

/**
 * Natural logarithm, no unit: -0.3 is customary in fibrillation, -2 and less in a regular rhythm. Undefined of fewer than
 * eleven intervals within a minute before `to`.
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

/** Pairs of intervals that are alike, and those of them whose next ones are alike too. */
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
