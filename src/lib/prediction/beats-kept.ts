/** Whether a candidate keeps the beats where they are: a bound on the mean of RPnet's map allows a slow heart to vanish. */

/** Samples at 300 Hz: 0.6 s. */
const REACH = 180;

/**
 * Beats of the original and of what would be sent, as places in the same window at 300 Hz. False where a beat was put into a
 * silence (no beat of the original within 0.6 s), which would hide asystole, and where a beat was lost beside no other
 * (none is left within 0.6 s), which would look like one: what is kept has no pause of 2 s that the original has not.
 */
export function keepsBeats(original: readonly number[], sent: readonly number[]): boolean {
  return sent.every((beat) => isNear(beat, original)) && original.every((beat) => isNear(beat, sent));
}

const isNear = (beat: number, beats: readonly number[]): boolean =>
  beats.some((other) => Math.abs(other - beat) < REACH);
