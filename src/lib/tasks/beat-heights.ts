/**
 * Which valleys of the distance map are high enough to be beats. RPnet scales what it sees, so that behind the last beat a
 * quiet line with a little texture looks like small beats to it; against the beats before, they are far too low.
 */
import { medianOf } from './rhythm.js';

/** Moving averages of 23 and 70 ms at 300 Hz: their difference keeps about 6 to 20 Hz, where a QRS complex is. */
const SMOOTH = 7;
const BASELINE = 21;
/** A complex lies within 60 ms of its peak. */
const HALF_QRS = 18;
/** A beat reaches this share of the usual one: real ones do, ventricular ones too, invented ones do not (measured). */
const SHARE = 0.15;
/** Millivolts in the band that noise of a quiet line does not reach; no more than this share of the usual beat is asked for. */
const FLOOR_MV = 0.08;
const FLOOR_SHARE = 0.4;
/** Where nothing is usual yet a beat is this high: the line of a noisy electrode stays below. */
const FIRST_MV = 0.2;
/** Beats that the usual one is the median of, and those before which nothing is usual: the first may be an artefact. */
const KEPT = 8;
const LEAST = 3;
/** So many low valleys in a row, all of them clear, may be the new usual: an electrode was moved, or an artefact is over. */
const RUN = 6;
const CLEAR = 0.12;
/** They must come evenly, the longest interval so many times the shortest: noise does not. */
const EVEN = 1.3;
/** Below FLOOR_MV they must also be sharp: P waves alone have a third of their height in the band, a QRS two thirds. */
const SHARP = 0.37;
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
  /** Share of the whole height that lies in the band. */
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
      return height >= this.#least();
    }
    if (height >= this.#least()) {
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

  /** The height that the next beat must reach, millivolts. */
  #least(): number {
    if (this.#heights.length < LEAST) return FIRST_MV;
    const usual = medianOf(Float32Array.from(this.#heights));
    return Math.max(SHARE * usual, Math.min(FLOOR_MV, FLOOR_SHARE * usual));
  }
}

/** A run of low valleys that are high enough for a stream that begins, or come evenly and are no P waves. */
function areBeats(low: HeightState['low']): boolean {
  const lowest = Math.min(...low.map(({ height }) => height));
  if (lowest >= FIRST_MV) return true;
  const intervals = low.slice(1).map(({ at }, i) => at - low[i]!.at);
  if (Math.max(...intervals) > EVEN * Math.min(...intervals)) return false;
  return lowest >= FLOOR_MV || medianOf(Float32Array.from(low, ({ sharpness }) => sharpness)) >= SHARP;
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
  const band = qrsBand(millivolts);
  return valleys.filter((i) => {
    const height = heightAt(band, i);
    const sharpness = height / (heightAt(millivolts, i) + TINY_MV);
    return heights.isBeat({ at: from + i, depth: map[i]!, height, sharpness, noisy: isNoise(i) });
  });
}

/** The mean over 23 ms less the mean over 70 ms, cut short at the ends. */
function qrsBand(millivolts: Float32Array): Float32Array {
  const { length } = millivolts;
  const sums = new Float64Array(length + 1);
  for (let i = 0; i < length; i++) sums[i + 1] = sums[i]! + millivolts[i]!;
  const mean = (at: number, width: number): number => {
    const from = Math.max(0, at - (width >> 1));
    const to = Math.min(length, at + (width >> 1) + 1);
    return (sums[to]! - sums[from]!) / (to - from);
  };
  return millivolts.map((_, i) => mean(i, SMOOTH) - mean(i, BASELINE));
}

function heightAt(values: Float32Array, at: number): number {
  const around = values.subarray(Math.max(0, at - HALF_QRS), at + HALF_QRS + 1);
  return Math.max(...around) - Math.min(...around);
}
