/** Interval of the violation rate, from single records. */
import { violationInterval as ofClusters, type Cluster } from '../lib/audit/interval.js';

export interface AuditedRecord {
  readonly stream: string;
  readonly violated: boolean;
}

/** 95% interval as defined in docs/audits.md; null without records. */
export function violationInterval(records: readonly AuditedRecord[]): readonly [number, number] | null {
  const clusters = new Map<string, Cluster>();
  for (const { stream, violated } of records) {
    const own = clusters.get(stream) ?? { records: 0, violated: 0 };
    clusters.set(stream, { records: own.records + 1, violated: own.violated + (violated ? 1 : 0) });
  }
  return ofClusters([...clusters.values()]);
}
