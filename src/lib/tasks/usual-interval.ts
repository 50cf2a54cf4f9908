/** Maximum number of intervals that the median is taken of. */
const INTERVALS = 8;

/**
 * Returns the interval of a heart's usual rate, in the unit of the arguments: the median of the last eight. If the next beat is
 * late, the interval still open counts too; one beat in it may have been missed, so the result is at least half of it.
 *
 * @param closed intervals between consecutive beats, at least one
 * @param open time since the last beat
 * @param stale after this long without a beat, the last intervals alone do not give the current rate
 */
export function usualInterval(closed: readonly number[], open: number, stale: number): number {
  if (open <= stale) return medianOf(closed.slice(-INTERVALS));
  return Math.max(medianOf([...closed.slice(1 - INTERVALS), open]), open / 2);
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle) - 1]!) / 2;
}
