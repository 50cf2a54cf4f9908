/** How often audited records exceed their bound, with an interval that knows that records of one stream are alike. */

export interface AuditedRecord {
  readonly stream: string;
  readonly violated: boolean;
}

const Z95 = 1.959964;

/**
 * Wilson's 95% interval of the rate (E. B. Wilson, 1927), with the number of records divided by the design effect: the
 * variance of the rate between streams (ratio estimator over clusters; Cochran, Sampling Techniques, 3rd ed., 6.3) over
 * the one that independent records would have, never below 1. Null without records.
 */
export function violationInterval(records: readonly AuditedRecord[]): readonly [number, number] | null {
  const n = records.length;
  if (n === 0) return null;
  const rate = records.filter(({ violated }) => violated).length / n;
  const effective = n / designEffect(records, rate);
  const z2 = Z95 * Z95;
  const centre = (rate + z2 / (2 * effective)) / (1 + z2 / effective);
  const half = (Z95 / (1 + z2 / effective)) * Math.sqrt((rate * (1 - rate)) / effective + z2 / (4 * effective ** 2));
  return [Math.max(0, centre - half), Math.min(1, centre + half)];
}

/** At least 1; 1 where there are too few streams or nothing varies. */
function designEffect(records: readonly AuditedRecord[], rate: number): number {
  const clusters = new Map<string, { records: number; violated: number }>();
  for (const { stream, violated } of records) {
    const cluster = clusters.get(stream) ?? { records: 0, violated: 0 };
    cluster.records++;
    if (violated) cluster.violated++;
    clusters.set(stream, cluster);
  }
  const n = records.length;
  const k = clusters.size;
  const independent = (rate * (1 - rate)) / n;
  if (k < 2 || independent === 0) return 1;
  const squares = [...clusters.values()].reduce((sum, { records: m, violated }) => sum + (violated - rate * m) ** 2, 0);
  const clustered = (k / (k - 1)) * (squares / n ** 2);
  return Math.max(1, clustered / independent);
}
