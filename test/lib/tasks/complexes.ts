/** A line with beats of a known height, for tests that say themselves what RPnet sees. */
import { MODEL_RATE } from '../../../src/lib/signal/grid.js';

/** Half of the base of a complex: 35 ms. */
const HALF_SECONDS = 0.035;

/**
 * Millivolts of native samples [first, first + length): a triangle at each beat.
 *
 * @param beats samples at 300 Hz
 * @param height millivolts, or those of each beat
 */
export function complexes(
  beats: ArrayLike<number>,
  [first, length]: readonly [number, number],
  { rate = MODEL_RATE, height = 1 }: { rate?: number; height?: number | ((beat: number) => number) } = {},
): Float32Array {
  const line = new Float32Array(length);
  const half = HALF_SECONDS * rate;
  for (const beat of Array.from(beats)) {
    const at = (beat * rate) / MODEL_RATE - first;
    const high = typeof height === 'number' ? height : height(beat);
    for (let i = Math.max(0, Math.ceil(at - half)); i < Math.min(length, at + half); i++) {
      line[i]! += high * (1 - Math.abs(i - at) / half);
    }
  }
  return line;
}
