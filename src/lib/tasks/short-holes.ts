/**
 * Bridges holes of a few samples, as a radio link leaves them. Beats are looked for with a straight line across such a hole.
 * The signal and its flags stay as they are, and no rhythm label of the live stream uses signal across one.
 */
import { MODEL_RATE } from '../signal/grid.js';
import { MISSING } from '../signal/types.js';

/** 40 ms: half of a narrow QRS complex, so that one of its flanks is always present. */
const LONGEST_SECONDS = 0.04;
/** The same at 300 Hz. */
const LONGEST = Math.round(LONGEST_SECONDS * MODEL_RATE);

/**
 * Whether a hole of `missing` samples at 300 Hz after `before` contiguous ones may be bridged: it lasts at most 40 ms, and no
 * longer than the signal before it.
 */
export function isShortHole(missing: number, before: number): boolean {
  return missing <= LONGEST && missing <= before;
}

/** `count` values on a straight line between two neighbours. */
export function bridge(before: number, after: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => before + ((after - before) * (i + 1)) / (count + 1));
}

/** Native samples with their short holes bridged; the same array if there are none. */
export function bridgedSamples(samples: Int32Array, rate: number): Int32Array {
  const longest = Math.max(1, Math.floor(LONGEST_SECONDS * rate + 1e-9));
  let bridged = samples;
  /** Start of the run before the hole, and first sample after that run. */
  let [start, end] = [0, 0];
  for (let at = 0; at < samples.length; at++) {
    if (samples[at] === MISSING) continue;
    const missing = at - end;
    if (missing > 0 && end > start && missing <= Math.min(longest, end - start)) {
      if (bridged === samples) bridged = samples.slice();
      bridge(samples[end - 1]!, samples[at]!, missing).forEach((v, i) => (bridged[end + i] = Math.round(v)));
    }
    if (missing > 0) start = at;
    end = at + 1;
  }
  return bridged;
}
