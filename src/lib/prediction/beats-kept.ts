/** Checks that a candidate keeps the beats where they are: a bound on the mean of RPnet's map would let a slow heart vanish. */
import { pickPeaks } from '../tasks/peaks.js';

/** Distance below which two beats are near each other, in samples at 300 Hz: 0.6 s. */
const REACH = 180;
/**
 * Map value below which a beat is clear. Nine of ten real beats are deeper valleys than this. In noise few valleys are, and
 * beats that appear or vanish there are not real.
 */
const CLEAR = 0.12;

/**
 * Takes RPnet's maps of the original and of the signal to be sent, one window at 300 Hz. Returns false if a beat was put into a
 * silence (no beat of the original within 0.6 s), which would hide asystole, or if a clear beat was lost and no other is left
 * within 0.6 s, which would look like asystole. Losses that this allows create no pause of 2 s among clear beats.
 */
export function keepsBeats(original: Float32Array, sent: Float32Array): boolean {
  const [before, after] = [pickPeaks(original), pickPeaks(sent)];
  return after.every((beat) => isNear(beat, before)) && clearOf(original, before).every((beat) => isNear(beat, after));
}

/**
 * Returns whether each clear beat of the signal to be sent has a clear beat of the original within 0.6 s. For use beside
 * `keepsBeats`: it is stricter about clear beats and ignores all others. If nothing else chooses the rung, it keeps noise from
 * becoming a beat.
 */
export function keepsSilence(original: Float32Array, sent: Float32Array): boolean {
  const [before, after] = [original, sent].map((map) => clearOf(map, pickPeaks(map)));
  return after!.every((beat) => isNear(beat, before!));
}

const clearOf = (map: Float32Array, beats: readonly number[]): number[] => beats.filter((beat) => map[beat]! < CLEAR);

const isNear = (beat: number, beats: readonly number[]): boolean =>
  beats.some((other) => Math.abs(other - beat) < REACH);
