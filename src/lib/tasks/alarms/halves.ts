/**
 * A lead on which every second beat is missed, beside one that has them all. That one might count T waves too; but they come before the
 * middle between two beats, so that its intervals would be short and long in turns. Beats are times in milliseconds, ascending,
 * none of them from before a hole.
 */

/** So many intervals of the slower lead are looked at. */
const INTERVALS = 4;
/** Two leads see a beat within so much of each other. */
const SAME_BEAT_MS = 60;
/** The longest interval of the faster lead is at most so many times the shortest. */
const EVEN = 1.1;

/** Whether each of the newest beats of `slow` is one of `fast`, which has one more between any two of them, evenly. */
export function hasHalfOf(slow: readonly number[], fast: readonly number[]): boolean {
  const end = (fast.at(-1) ?? -Infinity) + SAME_BEAT_MS;
  const own = slow.filter((beat) => beat <= end).slice(-INTERVALS - 1);
  if (own.length <= INTERVALS) return false;
  const at = own.map((beat) => fast.findIndex((other) => Math.abs(other - beat) <= SAME_BEAT_MS));
  if (at[0] === -1 || at.some((index, i) => index !== at[0]! + 2 * i)) return false;
  const intervals = fast.slice(at[0]! + 1).map((beat, i) => beat - fast[at[0]! + i]!);
  return Math.max(...intervals) <= EVEN * Math.min(...intervals);
}
