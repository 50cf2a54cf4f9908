/**
 * A lead on which beats are missed, up to every second one, beside one that has them all. That one might count T waves too; but they
 * come before the middle between two beats, so that its intervals would be short and long in turns. Beats are times in
 * milliseconds, ascending, none of them from before a hole.
 */

/** So many intervals of the lead that misses beats are looked at. */
const INTERVALS = 4;
/** Two leads see a beat within so much of each other. */
const SAME_BEAT_MS = 60;
/** The longest interval of the lead that has them all is at most so many times the shortest. */
const EVEN = 1.1;

/** Whether each of the newest beats of `few` is one of `all`, at most one more of `all` lies between any two, one does somewhere, and `all` is even there. */
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
