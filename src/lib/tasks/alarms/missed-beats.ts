/**
 * Recognises a lead that misses beats, up to every second one, by comparison with a lead that has them all. The other lead might
 * be counting T waves, but these come before the middle between two beats, so that its intervals would be alternately short and
 * long. Beats are times in milliseconds, ascending, none of them from before a hole.
 */

/** Number of intervals examined on the lead that misses beats. */
const INTERVALS = 4;
/** Largest difference in milliseconds between the times at which two leads see the same beat. */
const SAME_BEAT_MS = 60;
/** Largest ratio of the longest to the shortest interval on the lead that has all beats. */
const EVEN = 1.1;

/**
 * Whether each of the newest beats of `few` is also in `all`, between two of them lies at most one more beat of `all` and
 * somewhere one does, and `all` is even there.
 */
export function missesBeatsOf(few: readonly number[], all: readonly number[]): boolean {
  const end = (all.at(-1) ?? -Infinity) + SAME_BEAT_MS;
  const own = few.filter((beat) => beat <= end).slice(-INTERVALS - 1);
  if (own.length <= INTERVALS) return false;
  const at = own.map((beat) => all.findIndex((other) => Math.abs(other - beat) <= SAME_BEAT_MS));
  const steps = at.slice(1).map((index, i) => index - at[i]!);
  if (at[0] === -1 || steps.some((step) => step !== 1 && step !== 2) || !steps.includes(2)) return false;
  const intervals = all.slice(at[0]! + 1).map((beat, i) => beat - all[at[0]! + i]!);
  return Math.max(...intervals) <= EVEN * Math.min(...intervals);
}
