/** Beats of a live stream: each is found once, also at the borders of segments, and each time is final when published. */
import { MODEL_RATE } from '../signal/grid.js';
import { BeatHeights, beatsAmong, type HeightState, type Seen } from './beat-heights.js';
import { isNoiseAround } from './local-noise.js';
import { pickPeaks } from './peaks.js';
import { usualInterval } from './usual-interval.js';

/** The newest 300 ms are left to the next segment: half a QRS would be found twice or never. */
export const GUARD = Math.round(0.3 * MODEL_RATE);
/** RPnet sees this much: the newest window and 512 samples before it. */
export const DETECTION_SPAN = 1792 + 512;
/** Beats closer than 200 ms are one. */
const REFRACTORY = Math.round(0.2 * MODEL_RATE);
/** RPnet, asked again with more behind it, may put a beat up to 50 ms earlier: before what is final by then, where it was not seen. */
const MOVED = Math.round(0.05 * MODEL_RATE);
/** Beats kept for the heart rate. */
const KEPT_BEATS = 12;
/** Without a beat for so long, 2 s, the last intervals alone say nothing of now; for 4 s there is no rate. Samples. */
const STALE = 2 * MODEL_RATE;
const NO_RATE = 4 * MODEL_RATE;

/** What survives a restart. */
export interface BeatState {
  epoch: number;
  /** Model-rate index up to which beats are final. */
  finalTo: number;
  /** The newest beats, model-rate indices. */
  beats: number[];
  /** What is known of their heights. */
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

  /** Begins anew at `from` after a gap or at a new epoch: no interval reaches across a hole. Heights do, within an epoch. */
  restart(epoch: number, from: number): void {
    if (epoch === this.#state.epoch) this.#heights.restart();
    else this.#heights = new BeatHeights();
    this.#state = { epoch, finalTo: from, beats: [] };
  }

  /**
   * Takes millivolts from `from` on and their distance map; beats up to `finalTo` become final. One that has moved out of what was
   * not final yet gets its first sample. From `noiseFrom` on their heights say nothing of others, nor where there is noise around them.
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
   * Beats a minute from the median of the last 8 intervals; a beat that is late counts by what it leaves open, as in the rules
   * of alarms. Null with fewer than two intervals, and without a beat for 4 s.
   */
  rate(): number | null {
    const { beats, finalTo } = this.#state;
    const closed = beats.slice(1).map((beat, i) => beat - beats[i]!);
    const open = finalTo - (beats.at(-1) ?? -Infinity);
    if (closed.length < 2 || open >= NO_RATE) return null;
    return (60 * MODEL_RATE) / usualInterval(closed, open, STALE);
  }
}
