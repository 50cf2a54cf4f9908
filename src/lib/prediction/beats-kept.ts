/** Whether a candidate keeps the beats where they are: a bound on the mean of RPnet's map allows a slow heart to vanish. */
import { pickPeaks } from '../tasks/peaks.js';

/** Samples at 300 Hz: 0.6 s. */
const REACH = 180;
/** Nine of ten real beats are deeper valleys than this; in noise few are, and what comes and goes there is no heart's. */
const CLEAR = 0.12;

/**
 * RPnet's maps of the original and of what would be sent, one window at 300 Hz. False where a beat was put into a silence
 * (no beat of the original within 0.6 s), which would hide asystole, and where a clear beat was lost beside no other (none
 * is left within 0.6 s), which would look like one: of clear beats that are kept, no pause of 2 s is made.
 */
export function keepsBeats(original: Float32Array, sent: Float32Array): boolean {
  const [before, after] = [pickPeaks(original), pickPeaks(sent)];
  return after.every((beat) => isNear(beat, before)) && clearOf(original, before).every((beat) => isNear(beat, after));
}

/**
 * Whether each clear beat of what would be sent has a clear one of the original within 0.6 s. Asks more of clear beats than
 * `keepsBeats` and nothing of others, for use beside it: where nothing else chooses the rung, noise becomes no beat.
 */
export function keepsSilence(original: Float32Array, sent: Float32Array): boolean {
  const [before, after] = [original, sent].map((map) => clearOf(map, pickPeaks(map)));
  return after!.every((beat) => isNear(beat, before!));
}

const clearOf = (map: Float32Array, beats: readonly number[]): number[] => beats.filter((beat) => map[beat]! < CLEAR);

const isNear = (beat: number, beats: readonly number[]): boolean =>
  beats.some((other) => Math.abs(other - beat) < REACH);
