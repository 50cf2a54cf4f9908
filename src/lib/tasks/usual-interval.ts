/** Intervals that the usual one is the median of, at most. */
const INTERVALS = 8;

/**
 * The interval between beats that a heart's usual rate is of, in the unit of what is given: the median of the last eight. A late
 * beat is known by the interval that it leaves open; one beat of it may have been missed.
 *
 * @param closed intervals between beats in a row, at least one
 * @param open since the last beat
 * @param stale without a beat for so long the last intervals alone say nothing of now
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
