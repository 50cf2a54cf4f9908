/**
 * Holes of a few samples, as a radio link leaves them. What beats are looked for in is a straight line across such a hole; the signal
 * and its flags stay as they are, and no rhythm label of the live stream looks across one.
 */
import { MODEL_RATE } from '../signal/grid.js';
import { MISSING } from '../signal/types.js';

/** 40 ms: half of a narrow QRS complex, so that one of its flanks is always there. */
const LONGEST_SECONDS = 0.04;
/** The same at 300 Hz. */
const LONGEST = Math.round(LONGEST_SECONDS * MODEL_RATE);

/** Whether a hole of `missing` samples at 300 Hz behind `before` that follow each other may be bridged: more line than signal is none. */
export function isShortHole(missing: number, before: number): boolean {
  return missing <= LONGEST && missing <= before;
}

/** `count` values on a straight line between two neighbours. */
export function bridge(before: number, after: number, count: number): Float32Array {
  return Float32Array.from({ length: count }, (_, i) => before + ((after - before) * (i + 1)) / (count + 1));
}

/** Native samples with their short holes bridged; the very same array where there is none. */
export function bridgedSamples(samples: Int32Array, rate: number): Int32Array {
  const longest = Math.max(1, Math.floor(LONGEST_SECONDS * rate + 1e-9));
  let bridged = samples;
  /** Where the run before the hole began, and the first sample behind it. */
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
