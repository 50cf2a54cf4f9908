/** Counts of the symbols of a table, as manifests have them: the last is the escape's. */
import { SCALES } from '../lib/codec/window-scale.js';

/** Of integers from `first` on. */
export function symbolCounts(values: readonly number[], first: number, symbols: number): number[] {
  const counts = new Array<number>(symbols + 1).fill(0);
  for (const value of values) {
    const symbol = value - first;
    counts[symbol >= 0 && symbol < symbols ? symbol : symbols]!++;
  }
  return counts;
}

/** Of scale indices. */
export function scaleCounts(indices: readonly number[]): number[] {
  return symbolCounts(indices, 0, SCALES);
}
