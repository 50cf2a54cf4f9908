/** The rate at which audited records exceed their bound, with an interval that allows for records of one stream being alike. */

/** Audited records of one stream. */
export interface Cluster {
  readonly records: number;
  readonly violated: number;
}

const Z95 = 1.959964;

/**
 * Wilson's 95% interval of the rate (E. B. Wilson, 1927) over an effective number of records: the records divided by the design
 * effect (Kish, Survey Sampling, 1965), which is the variance of the rate between streams (ratio estimator over clusters;
 * Cochran, Sampling Techniques, 3rd ed., 6.3) over the one that independent records would have, never below 1. If fewer than
 * two streams have violations, or nothing varies, it cannot be seen how alike a stream's records are: each stream then counts
 * at most once. Null without records.
 */
export function violationInterval(clusters: readonly Cluster[]): readonly [number, number] | null {
  const own = clusters.filter(({ records }) => records > 0);
  const n = own.reduce((sum, { records }) => sum + records, 0);
  if (n === 0) return null;
  const rate = own.reduce((sum, { violated }) => sum + violated, 0) / n;
  const effective = effectiveRecords(own, n, rate);
  const z2 = Z95 * Z95;
  const centre = (rate + z2 / (2 * effective)) / (1 + z2 / effective);
  const half = (Z95 / (1 + z2 / effective)) * Math.sqrt((rate * (1 - rate)) / effective + z2 / (4 * effective ** 2));
  // At rates of 0 and 1 these ends are exact; rounding would leave a tiny difference.
  return [rate === 0 ? 0 : Math.max(0, centre - half), rate === 1 ? 1 : Math.min(1, centre + half)];
}

function effectiveRecords(clusters: readonly Cluster[], n: number, rate: number): number {
  const streams = clusters.length;
  const independent = (rate * (1 - rate)) / n;
  if (streams < 2 || independent === 0) return streams;
  const squares = clusters.reduce((sum, { records, violated }) => sum + (violated - rate * records) ** 2, 0);
  const clustered = (streams / (streams - 1)) * (squares / n ** 2);
  const effective = n / Math.max(1, clustered / independent);
  const violating = clusters.filter(({ violated }) => violated > 0).length;
  return violating < 2 ? Math.min(effective, streams) : effective;
}
