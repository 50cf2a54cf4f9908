/**
 * Violation rates and evidence from the audits of the whole installation. Every member reads ecg.audit-results from a week
 * ago on, so that the figures cover all partitions and a restart does not change them (docs/audits.md).
 */
import { Evidence, type EvidenceKind } from '../lib/audit/evidence.js';
import { RateWindow, WINDOWS, type AuditedRecord, type WindowName } from '../lib/audit/rate-window.js';
import { followAuditResults } from '../lib/audit-results/follow.js';
import { tasksViolated } from '../lib/codec/violated-bounds.js';
import type { KafkaConnection, Logger } from '../lib/kafka/index.js';
import type { BedPolicies } from './bed-policies.js';
import type { TasksMetrics } from './metrics.js';

const KINDS: readonly EvidenceKind[] = ['record', 'stream'];

export type MonitorMetrics = Pick<TasksMetrics, 'setRates' | 'setEvidence'>;

export class AuditMonitor {
  readonly #rates = new RateWindow();
  readonly #evidence = KINDS.map((kind) => ({ kind, evidence: new Evidence(kind) }));

  take(record: AuditedRecord): void {
    this.#rates.take(record);
    const { stream, at, violated, alpha } = record;
    if (alpha === undefined) return;
    for (const { evidence } of this.#evidence) evidence.take({ stream, at, alpha, violated: violated.length > 0 });
  }

  /** `now`: wall milliseconds. */
  publish(now: number, metrics: MonitorMetrics): void {
    for (const window of Object.keys(WINDOWS) as WindowName[]) {
      metrics.setRates(window, this.#rates.read(now, window));
    }
    for (const { kind, evidence } of this.#evidence) metrics.setEvidence(kind, evidence.read(now));
  }
}

interface FollowOptions {
  readonly connection: KafkaConnection;
  readonly policies: Pick<BedPolicies, 'boundsOf' | 'alphaOf'>;
  readonly metrics: MonitorMetrics;
  readonly logger: Logger;
  readonly onFailure: (error: Error) => void;
}

/** Resolves when reading has begun; the gauges are set once the past week has been read. */
export async function followAudits(options: FollowOptions): Promise<{ close(): Promise<void> }> {
  const { connection, policies, metrics, logger, onFailure } = options;
  const monitor = new AuditMonitor();
  return followAuditResults<AuditedRecord>({
    connection,
    logger,
    onFailure,
    read: (result) => {
      const { stream, evaluatedAt: at, policyVersion } = result;
      const violated = tasksViolated(result, policies.boundsOf(policyVersion));
      return { stream, at, violated, alpha: policies.alphaOf(policyVersion) };
    },
    take: (record) => {
      monitor.take(record);
    },
    refresh: () => {
      monitor.publish(Date.now(), metrics);
    },
  });
}
