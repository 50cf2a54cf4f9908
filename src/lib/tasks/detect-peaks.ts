/**
 * Runs RPnet over a whole signal in overlapping windows. Only the middle half of each counts, so that no beat lies at a border.
 */
import type { Network } from '../model/network.js';
import { BeatHeights, beatsAmong } from './beat-heights.js';
import { calmed, isNoiseAround } from './local-noise.js';
import { normalisePeaks, pickPeaks } from './peaks.js';

const LENGTH = 2048;
const HOP = LENGTH / 2;
const EDGE = (LENGTH - HOP) / 2;
/** Windows per run of the network. */
const BATCH = 24;

/** R-peaks of a signal in millivolts at 300 Hz, as sample indices in order. */
export function detectPeaks(millivolts: Float32Array, rpnet: Network): number[] {
  const map = wholeMap(millivolts, rpnet);
  return beatsAmong({ map, millivolts }, pickPeaks(map), new BeatHeights(), 0, (at) => isNoiseAround(millivolts, at));
}

function wholeMap(millivolts: Float32Array, rpnet: Network): Float32Array {
  const padded = padTo(millivolts, LENGTH);
  const map = new Float32Array(padded.length).fill(1);
  const last = padded.length - LENGTH;
  const starts = Array.from({ length: Math.ceil(last / HOP) + 1 }, (_, i) => Math.min(i * HOP, last));
  for (let first = 0; first < starts.length; first += BATCH) {
    const rows = starts.slice(first, first + BATCH);
    const input = new Float32Array(rows.length * LENGTH);
    rows.forEach((start, row) => {
      normalisePeaks(calmed(padded.subarray(start, start + LENGTH)), input, row * LENGTH);
    });
    const [out = new Float32Array()] = rpnet.run(input, rows.length);
    rows.forEach((start, row) => {
      const from = start === 0 ? 0 : EDGE;
      const to = start === last ? LENGTH : LENGTH - EDGE;
      map.set(out.subarray(row * LENGTH + from, row * LENGTH + to), start + from);
    });
  }
  return map.subarray(0, millivolts.length);
}

/** Returns the signal, extended to `length` with its last value if it is shorter. */
function padTo(signal: Float32Array, length: number): Float32Array {
  if (signal.length >= length) return signal;
  const padded = new Float32Array(length).fill(signal.at(-1) ?? 0);
  padded.set(signal);
  return padded;
}
