/**
 * Decides which valleys of the distance map are high enough to be beats. RPnet scales its input: after the last beat, a quiet
 * line with a little texture looks to it like small beats, and so do P waves that no beat follows. Compared with the beats
 * before, they are far too low or too smooth.
 */
import { medianOf } from './rhythm.js';

/** Moving averages over 5 and 6 samples at 300 Hz, one after the other, remove mains hum of 60 and 50 Hz. */
const HUM_60 = 5;
const HUM_50 = 6;
/** The mean over 70 ms of the result is subtracted: that leaves about 6 to 20 Hz, where a QRS complex is. */
const BASELINE = 21;
/** A complex lies within 60 ms of its R-peak. */
const HALF_QRS = 18;
/** A beat reaches this share of the usual height: real ones do, ventricular ones included, invented ones do not (measured). */
const SHARE = 0.15;
/** Height in the band, in millivolts, that the noise of a quiet line does not reach. */
const FLOOR_MV = 0.075;
/**
 * A valley at least this sharp is not a P wave. P waves have less of their height in the band, short ones 0.46, a QRS complex
 * two thirds; ventricular beats may have as little as P waves.
 */
const SHARP = 0.5;
/** A smooth valley is a beat if its whole height exceeds this, which P waves do not. */
const WAVE_MV = 0.3;
/** FLOOR_MV and WAVE_MV ask for no more than this share of the usual height: the whole lead may be low. */
const FLOOR_SHARE = 0.4;
/** Minimum height of a beat before a usual height is known; the line of a noisy electrode stays below. */
const FIRST_MV = 0.19;
/** The usual height is the median of this many beats. With fewer than LEAST it is unknown: the first may be an artefact. */
const KEPT = 8;
const LEAST = 3;
/** This many low but clear valleys in a row may set a new usual height: an electrode was moved, or an artefact is over. */
const RUN = 6;
const CLEAR = 0.12;
/** They must be even: the longest interval is at most this many times the shortest. Noise is not even. */
const EVEN = 1.3;
/** Share of the height of a complex as narrow as a QRS that the two moving averages leave. */
const SMOOTHED = 0.9;
/** Added to the whole height, in millivolts, so that a flat line has no sharpness. */
const TINY_MV = 0.001;

/** The signal that RPnet saw, millivolts at 300 Hz, and the distance map it made of it. */
export interface Seen {
  readonly map: Float32Array;
  readonly millivolts: Float32Array;
}

/** A valley of the distance map, and the signal around it. */
interface Valley {
  /** Sample at 300 Hz. */
  readonly at: number;
  /** Value of the map, 0 to 1. */
  readonly depth: number;
  /** Peak to peak in the QRS band, millivolts. */
  readonly height: number;
  /**
   * Share of the whole height that lies in the band. The whole height leaves hum out, except below FLOOR_MV: noise would look
   * sharp without its peaks.
   */
  readonly sharpness: number;
  /** The signal there is too noisy to be read. */
  readonly noisy: boolean;
}

/** The state that is kept across restarts. */
export interface HeightState {
  /** Heights of the newest beats in millivolts, oldest first. */
  heights: number[];
  /** The clear valleys since the last beat that were too low, oldest first. */
  low: { at: number; height: number; sharpness: number }[];
}

/** Follows the heights of the beats of one lead. Valleys come in order of time, each once. */
export class BeatHeights {
  #heights: readonly number[];
  #low: HeightState['low'];

  constructor({ heights, low }: HeightState = { heights: [], low: [] }) {
    this.#heights = heights;
    this.#low = low;
  }

  get state(): HeightState {
    return { heights: [...this.#heights], low: [...this.#low] };
  }

  /** Begins after a hole: the usual height stays, but low valleys before it form no run with later ones. */
  restart(): void {
    this.#low = [];
  }

  /**
   * Whether the valley is a beat; if so, it counts for later ones. In noise it does not count, and a run of low valleys ends.
   */
  isBeat({ at, depth, height, sharpness, noisy }: Valley): boolean {
    if (noisy) {
      this.#low = [];
      return height >= this.#least(sharpness);
    }
    if (height >= this.#least(sharpness)) {
      this.#heights = [...this.#heights, height].slice(-KEPT);
      this.#low = [];
      return true;
    }
    this.#low = depth < CLEAR ? [...this.#low, { at, height, sharpness }].slice(-RUN) : [];
    if (this.#low.length < RUN || !areBeats(this.#low)) return false;
    this.#heights = this.#low.map((valley) => valley.height);
    this.#low = [];
    return true;
  }

  /** The height, in millivolts, that a beat of this sharpness must reach. */
  #least(sharpness: number): number {
    if (this.#heights.length < LEAST) return FIRST_MV;
    const usual = medianOf(Float32Array.from(this.#heights));
    return Math.max(SHARE * usual, Math.min(floorOf(sharpness), FLOOR_SHARE * usual));
  }
}

/** Height in the band, in millivolts, reached neither by noise nor by a P wave of at most this sharpness. */
function floorOf(sharpness: number): number {
  return sharpness >= SHARP ? FLOOR_MV : Math.max(FLOOR_MV, WAVE_MV * sharpness);
}

/** Whether a run of low valleys is high enough for a stream that begins, or is even and too sharp or high for P waves. */
function areBeats(low: HeightState['low']): boolean {
  const lowest = Math.min(...low.map(({ height }) => height));
  if (lowest >= FIRST_MV) return true;
  const intervals = low.slice(1).map(({ at }, i) => at - low[i]!.at);
  if (Math.max(...intervals) > EVEN * Math.min(...intervals)) return false;
  const sharpness = medianOf(Float32Array.from(low, (valley) => valley.sharpness));
  return sharpness >= SHARP || lowest >= floorOf(sharpness);
}

/**
 * Returns the valleys of a distance map that are beats.
 *
 * @param valleys indices into the map, in order
 * @param from index of the map's first sample in the stream, so that indices go on from call to call
 * @param isNoise whether there is noise around an index of the map: its height then says nothing of other beats
 */
export function beatsAmong(
  { map, millivolts }: Seen,
  valleys: readonly number[],
  heights: BeatHeights,
  from = 0,
  isNoise: (at: number) => boolean = () => false,
): number[] {
  const smooth = averaged(averaged(millivolts, HUM_60), HUM_50);
  const baseline = averaged(smooth, BASELINE);
  const band = smooth.map((mv, at) => mv - baseline[at]!);
  return valleys.filter((i) => {
    const height = heightAt(band, i);
    const whole = height < FLOOR_MV ? SMOOTHED * heightAt(millivolts, i) : heightAt(smooth, i);
    const sharpness = height / (whole + TINY_MV);
    return heights.isBeat({ at: from + i, depth: map[i]!, height, sharpness, noisy: isNoise(i) });
  });
}

/** Centred mean over `width` samples, fewer at the ends. */
function averaged(values: Float32Array, width: number): Float32Array {
  const { length } = values;
  const sums = new Float64Array(length + 1);
  for (let i = 0; i < length; i++) sums[i + 1] = sums[i]! + values[i]!;
  return values.map((_, i) => {
    const from = Math.max(0, i - (width >> 1));
    const to = Math.min(length, i + ((width + 1) >> 1));
    return (sums[to]! - sums[from]!) / (to - from);
  });
}

function heightAt(values: Float32Array, at: number): number {
  const around = values.subarray(Math.max(0, at - HALF_QRS), at + HALF_QRS + 1);
  return Math.max(...around) - Math.min(...around);
}
