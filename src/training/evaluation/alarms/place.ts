/** Finds places for events: from one beat of the excerpt to a later one, cut at points between T and P waves. */
import { inSpans, type AnnotatedBeat } from './annotated.js';
import type { Canvas } from './canvas.js';

/** All in frames. */
export interface Place {
  /** The last beat before the event, and its index among the excerpt's beats. */
  readonly beat: number;
  readonly index: number;
  /** The first beat after the event. */
  readonly next: number;
  readonly nextIndex: number;
  /** Range that the event may change: from after the last beat's T wave to before the next beat's P wave. */
  readonly from: number;
  readonly to: number;
}

/** Intervals of an ordinary rhythm, which the beats around an event must have. */
const SHORTEST_RR_S = 0.4;
const LONGEST_RR_S = 1.6;
const T_END_S = 0.46;
const T_END_SHARE = 0.6;
const P_BEGIN_S = 0.26;
const P_BEGIN_SHARE = 0.4;

/**
 * Returns the first place at or after `wanted` for an event of `seconds`.
 *
 * @param wanted frame
 * @returns undefined if the rest of the excerpt has none
 */
export function placeEvent(canvas: Canvas, wanted: number, seconds: number): Place | undefined {
  const { sourceBeats: beats, rate, flutter } = canvas;
  for (let index = 1; index + 1 < beats.length; index++) {
    const beat = beats[index]!.frame;
    if (beat < wanted || !isOrdinary(beats, index, rate) || inSpans(flutter, beat / rate)) continue;
    const nextIndex = beats.findIndex(({ frame }, i) => frame >= beat + seconds * rate && isOrdinary(beats, i, rate));
    if (nextIndex < 0) return undefined;
    const next = beats[nextIndex]!.frame;
    const after = beats[index + 1]!.frame - beat;
    const before = next - beats[nextIndex - 1]!.frame;
    const from = beat + Math.round(Math.min(T_END_S * rate, T_END_SHARE * after));
    const to = next - Math.round(Math.min(P_BEGIN_S * rate, P_BEGIN_SHARE * before));
    return { beat, index, next, nextIndex, from, to };
  }
  return undefined;
}

/** Whether both intervals around the beat are those of an ordinary rhythm. */
export function isOrdinary(beats: readonly AnnotatedBeat[], index: number, rate: number): boolean {
  const [before, beat, after] = [beats[index - 1], beats[index], beats[index + 1]];
  if (before === undefined || beat === undefined || after === undefined) return false;
  return [beat.frame - before.frame, after.frame - beat.frame].every(
    (interval) => interval >= SHORTEST_RR_S * rate && interval <= LONGEST_RR_S * rate,
  );
}
