/**
 * Which valleys of the distance map are high enough to be beats. RPnet scales what it sees, so that behind the last beat a
 * quiet line with a little texture looks like small beats to it, and so do P waves that no beat follows; against the beats before, they
 * are far too low or too smooth.
 */
import { medianOf } from './rhythm.js';

/** Means of 5 and of 6 samples at 300 Hz, one after the other: nothing is left of mains hum of 60 and 50 Hz. */
const HUM_60 = 5;
const HUM_50 = 6;
/** Less the mean over 70 ms of what they leave: that keeps about 6 to 20 Hz, where a QRS complex is. */
const BASELINE = 21;
/** A complex lies within 60 ms of its peak. */
const HALF_QRS = 18;
/** A beat reaches this share of the usual one: real ones do, ventricular ones too, invented ones do not (measured). */
const SHARE = 0.15;
/** Millivolts in the band that noise of a quiet line does not reach. */
const FLOOR_MV = 0.075;
/** P waves have less of their height in the band, 0.46 where they are short, a QRS two thirds; ventricular beats may have as little. */
const SHARP = 0.5;
/** What is smooth is a beat where it is higher than this as a whole: P waves are not. */
const WAVE_MV = 0.3;
/** No more than this share of the usual beat is asked for by FLOOR_MV and WAVE_MV: a lead may be low as a whole. */
const FLOOR_SHARE = 0.4;
/** Where nothing is usual yet a beat is this high: the line of a noisy electrode stays below. */
const FIRST_MV = 0.19;
/** Beats that the usual one is the median of, and those before which nothing is usual: the first may be an artefact. */
const KEPT = 8;
const LEAST = 3;
/** So many low valleys in a row, all of them clear, may be the new usual: an electrode was moved, or an artefact is over. */
const RUN = 6;
const CLEAR = 0.12;
/** They must come evenly, the longest interval so many times the shortest: noise does not. */
const EVEN = 1.3;
/** Of a complex as narrow as a QRS this share of the height is left by the two means. */
const SMOOTHED = 0.9;
/** Millivolts that no sharpness is told of. */
const TINY_MV = 0.001;

/** What RPnet saw, millivolts at 300 Hz, and the distance map that it made of it. */
export interface Seen {
  readonly map: Float32Array;
  readonly millivolts: Float32Array;
}

/** A valley of the distance map, and the signal there. */
interface Valley {
  /** Sample at 300 Hz. */
  readonly at: number;
  /** Of the map: 0 to 1. */
  readonly depth: number;
  /** Peak to peak in the QRS band, millivolts. */
  readonly height: number;
  /** Share of the whole height that lies in the band; hum is none of it, except below FLOOR_MV: there noise looks sharp without its peaks. */
  readonly sharpness: number;
  /** The signal there cannot be read. */
  readonly noisy: boolean;
}

/** What survives a restart. */
export interface HeightState {
  /** Of the newest beats, oldest first. */
  heights: number[];
  /** The clear valleys since the last beat that were too low, oldest first. */
  low: { at: number; height: number; sharpness: number }[];
}

/** Follows the beats of one lead. Valleys come in order of time, each once. */
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

  /** Behind a hole: what is usual stays, what was low before it is no run with what comes. */
  restart(): void {
    this.#low = [];
  }

  /** True where the valley is a beat; it then counts for the next ones. In noise it counts for none, and no run reaches across. */
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

  /** The height that the next beat must reach, millivolts, if it is so sharp. */
  #least(sharpness: number): number {
    if (this.#heights.length < LEAST) return FIRST_MV;
    const usual = medianOf(Float32Array.from(this.#heights));
    return Math.max(SHARE * usual, Math.min(floorOf(sharpness), FLOOR_SHARE * usual));
  }
}

/** Millivolts in the band that noise does not reach, nor a P wave that is no sharper than this. */
function floorOf(sharpness: number): number {
  return sharpness >= SHARP ? FLOOR_MV : Math.max(FLOOR_MV, WAVE_MV * sharpness);
}

/** A run of low valleys that are high enough for a stream that begins, or come evenly and are no P waves. */
function areBeats(low: HeightState['low']): boolean {
  const lowest = Math.min(...low.map(({ height }) => height));
  if (lowest >= FIRST_MV) return true;
  const intervals = low.slice(1).map(({ at }, i) => at - low[i]!.at);
  if (Math.max(...intervals) > EVEN * Math.min(...intervals)) return false;
  const sharpness = medianOf(Float32Array.from(low, (valley) => valley.sharpness));
  return sharpness >= SHARP || lowest >= floorOf(sharpness);
}

/**
 * Those of the valleys of a distance map that are beats.
 *
 * @param valleys indices into the map, in order
 * @param from of the map's first sample: where a stream calls again, its indices go on
 * @param isNoise whether what lies around an index of the map is noise: how high it is says nothing of other beats
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

/** The mean of so many samples around each, cut short at the ends. */
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
