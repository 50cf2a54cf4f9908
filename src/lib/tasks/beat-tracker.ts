/**
 * Finds the beats of a live stream: each is found once, also at the borders of segments, and its time is final when published.
 */
import { MODEL_RATE } from '../signal/grid.js';
import { BeatHeights, beatsAmong, type HeightState, type Seen } from './beat-heights.js';
import { isNoiseAround } from './local-noise.js';
import { pickPeaks } from './peaks.js';
import { usualInterval } from './usual-interval.js';

/** The newest 300 ms are left to the next segment: half a QRS would be found twice or never. Model-rate samples. */
export const GUARD = Math.round(0.3 * MODEL_RATE);
/** Samples that RPnet sees: the newest window and 512 samples before it. */
export const DETECTION_SPAN = 1792 + 512;
/** Beats closer than 200 ms are one. */
const REFRACTORY = Math.round(0.2 * MODEL_RATE);
/**
 * Given more signal after a beat, RPnet may place it up to 50 ms earlier, possibly inside what is final by then, where it was
 * not seen.
 */
const MOVED = Math.round(0.05 * MODEL_RATE);
/** Number of beats kept for the heart rate. */
const KEPT_BEATS = 12;
/** After 2 s without a beat the last intervals alone do not give the current rate; after 4 s there is none. Samples. */
const STALE = 2 * MODEL_RATE;
const NO_RATE = 4 * MODEL_RATE;

/** The state that is kept across restarts. */
export interface BeatState {
  epoch: number;
  /** Model-rate index up to which beats are final. */
  finalTo: number;
  /** The newest beats, model-rate indices. */
  beats: number[];
  /** The state of their heights. */
  shape: HeightState;
}

export interface FinalBeats {
  readonly from: number;
  readonly to: number;
  readonly peaks: number[];
}

export class BeatTracker {
  #state: Omit<BeatState, 'shape'>;
  #heights: BeatHeights;

  constructor({ shape, ...state }: BeatState = { epoch: -1, finalTo: 0, beats: [], shape: { heights: [], low: [] } }) {
    this.#state = state;
    this.#heights = new BeatHeights(shape);
  }

  get state(): BeatState {
    return { ...this.#state, shape: this.#heights.state };
  }

  /** Begins anew at `from` after a gap or in a new epoch: no interval spans a hole. Heights are kept within an epoch. */
  restart(epoch: number, from: number): void {
    if (epoch === this.#state.epoch) this.#heights.restart();
    else this.#heights = new BeatHeights();
    this.#state = { epoch, finalTo: from, beats: [] };
  }

  /**
   * Takes millivolts from index `from` on and their distance map; beats up to `finalTo` become final. A beat that has moved
   * into what is already final is placed at the first sample that is not final yet. Heights from `noiseFrom` on, and those with
   * noise around them, do not count for other beats.
   */
  advance(seen: Seen, from: number, finalTo: number, noiseFrom = Infinity): FinalBeats {
    const { finalTo: begin, beats } = this.#state;
    const last = beats.at(-1) ?? -Infinity;
    const valleys = pickPeaks(seen.map).filter((i) => {
      const at = i + from;
      return at >= begin - MOVED && at < finalTo && at - last >= REFRACTORY;
    });
    const isNoise = (i: number): boolean => i + from >= noiseFrom || isNoiseAround(seen.millivolts, i);
    const peaks = beatsAmong(seen, valleys, this.#heights, from, isNoise).map((i) => Math.max(i + from, begin));
    const end = Math.max(begin, finalTo);
    this.#state = { ...this.#state, finalTo: end, beats: [...beats, ...peaks].slice(-KEPT_BEATS) };
    return { from: begin, to: end, peaks };
  }

  /**
   * Beats per minute from the median of the last 8 intervals. If the next beat is late, the interval still open counts, as in
   * the rules of alarms. Null with fewer than two intervals, or without a beat for 4 s.
   */
  rate(): number | null {
    const { beats, finalTo } = this.#state;
    const closed = beats.slice(1).map((beat, i) => beat - beats[i]!);
    const open = finalTo - (beats.at(-1) ?? -Infinity);
    if (closed.length < 2 || open >= NO_RATE) return null;
    return (60 * MODEL_RATE) / usualInterval(closed, open, STALE);
  }
}
