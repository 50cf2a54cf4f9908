/** The R-peak task: RPnet's input, the map it regresses, the valleys picked from it, and the error between two maps. */
import { MODEL_RATE } from '../signal/grid.js';
import { medianOf } from './rhythm.js';

/** Distances are clipped here: 40 samples at 300 Hz, 133 ms. */
export const CLIP_SAMPLES = 40;
/** Two beats count as one within this distance: 75 ms (ANSI/AAMI EC57 allows 150). */
export const TOLERANCE = Math.round(0.075 * MODEL_RATE);
/** No two beats are closer than 200 ms. */
const REFRACTORY = Math.round(0.2 * MODEL_RATE);
/** A valley of the map is a beat if it is below this. */
const VALLEY = 0.5;
/** Added to the standard deviation that scales the input, in millivolts, so that a quiet line stays quiet. */
const SCALE_FLOOR_MV = 0.05;
/** Difference at which the smooth L1 loss turns from quadratic to linear. */
export const SMOOTH = 0.2;

/** Network input: millivolts at 300 Hz with the median removed, divided by (standard deviation + 50 microvolts). */
export function normalisePeaks(millivolts: Float32Array, out: Float32Array, offset = 0): void {
  const median = medianOf(millivolts);
  const scale = deviation(millivolts) + SCALE_FLOOR_MV;
  for (let i = 0; i < millivolts.length; i++) out[offset + i] = (millivolts[i]! - median) / scale;
}

/** Standard deviation of finite values. */
export function deviation(values: Float32Array): number {
  let sum = 0;
  let squares = 0;
  for (const v of values) {
    sum += v;
    squares += v * v;
  }
  const mean = sum / values.length;
  return Math.sqrt(Math.max(0, squares / values.length - mean * mean));
}

/** Target map of samples [start, start + length): distance to the nearest peak, clipped at 40 samples, scaled to 0..1. */
export function distanceMap(peaks: Float64Array, start: number, length: number): Float32Array {
  const map = new Float32Array(length).fill(1);
  for (const peak of peaks) {
    const from = Math.max(0, Math.ceil(peak - CLIP_SAMPLES) - start);
    const to = Math.min(length - 1, Math.floor(peak + CLIP_SAMPLES) - start);
    for (let i = from; i <= to; i++) map[i] = Math.min(map[i]!, Math.abs(i + start - peak) / CLIP_SAMPLES);
  }
  return map;
}

/** Indices of the beats in a distance map: valleys, the deepest first, none within 200 ms of another. */
export function pickPeaks(map: Float32Array): number[] {
  const candidates: number[] = [];
  for (let i = 0; i < map.length; i++) {
    const v = map[i]!;
    if (v >= VALLEY || v > (map[i - 1] ?? 1)) continue;
    // The middle of a flat bottom is the valley.
    let end = i;
    while (end + 1 < map.length && map[end + 1] === v) end++;
    if ((map[end + 1] ?? 1) > v) candidates.push((i + end) >> 1);
    i = end;
  }
  candidates.sort((a, b) => map[a]! - map[b]!);
  const picked: number[] = [];
  for (const candidate of candidates) {
    if (picked.every((other) => Math.abs(other - candidate) >= REFRACTORY)) picked.push(candidate);
  }
  return picked.sort((a, b) => a - b);
}

/** Task error: smooth L1 between the maps of the original and the decoded signal, mean over samples. */
export function peaksError(original: Float32Array, decoded: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < original.length; i++) {
    const d = Math.abs(original[i]! - decoded[i]!);
    sum += d < SMOOTH ? (0.5 * d * d) / SMOOTH : d - 0.5 * SMOOTH;
  }
  return sum / original.length;
}

export interface BeatMatch {
  readonly matched: number;
  /** Beats in the reference only. */
  readonly missed: number;
  /** Beats in the tested list only. */
  readonly invented: number;
  /** Tested minus reference of each match, in samples. */
  readonly offsets: readonly number[];
}

/** Matches two sorted lists of beats one to one, in order, within `tolerance` samples. */
export function matchBeats(reference: ArrayLike<number>, tested: ArrayLike<number>, tolerance = TOLERANCE): BeatMatch {
  let i = 0;
  let j = 0;
  const offsets: number[] = [];
  while (i < reference.length && j < tested.length) {
    const gap = tested[j]! - reference[i]!;
    if (Math.abs(gap) <= tolerance) {
      offsets.push(gap);
      i++;
      j++;
    } else if (gap > 0) i++;
    else j++;
  }
  const matched = offsets.length;
  return { matched, missed: reference.length - matched, invented: tested.length - matched, offsets };
}
