/**
 * What the audits of the whole installation say: ecg.audit-results is read by every member, from a week ago on, so that
 * rates and evidence are those of all partitions, and a restart changes neither (docs/audits.md).
 */
import { Evidence, EVIDENCE_DAYS, type EvidenceKind } from '../lib/audit/evidence.js';
import { RateWindow, WINDOWS, type AuditedRecord, type WindowName } from '../lib/audit/rate-window.js';
import { tasksViolated } from '../lib/codec/violated-bounds.js';
import { readPastAndLive, type InputRecord, type KafkaConnection, type Logger } from '../lib/kafka/index.js';
import { decode, type AuditResult } from '../lib/wire/index.js';
import type { BedPolicies } from './bed-policies.js';
import type { TasksMetrics } from './metrics.js';

const KINDS: readonly EvidenceKind[] = ['record', 'stream'];
const PUBLISH_MS = 5_000;
const DAY_MS = 86_400_000;
/** Wall milliseconds for reading a week of results: with every record of 200 beds audited they are 4 million. */
const REPLAY_LIMIT_MS = 1_800_000;

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

/** Resolves when reading has begun; the gauges are set once the past week is read. */
export async function followAudits(options: FollowOptions): Promise<{ close(): Promise<void> }> {
  const { connection, policies, metrics, logger, onFailure } = options;
  const monitor = new AuditMonitor();
  let timer: NodeJS.Timeout | undefined;
  const publish = (): void => {
    monitor.publish(Date.now(), metrics);
  };
  const reader = await readPastAndLive<AuditedRecord>({
    ...{ connection, topic: 'ecg.audit-results', from: Date.now() - EVIDENCE_DAYS * DAY_MS, limitMs: REPLAY_LIMIT_MS },
    read: (record) => auditedRecord(record, policies, logger),
    // Partitions come one after the other at first: a week is brought into the order of time before it is bet on.
    onPast: (records) => {
      for (const record of records.sort((a, b) => a.at - b.at)) monitor.take(record);
      logger.info({ records: records.length }, 'audit results of the past week are read');
      publish();
      timer = setInterval(publish, PUBLISH_MS);
    },
    onRecord: (record) => {
      monitor.take(record);
    },
    onFailure,
  });
  return {
    close: () => {
      clearInterval(timer);
      return reader.close();
    },
  };
}

/** Undefined: not a complete record, or none that this version can read. */
function auditedRecord(
  { value, partition, offset }: InputRecord,
  policies: FollowOptions['policies'],
  logger: Logger,
): AuditedRecord | undefined {
  let result: AuditResult;
  try {
    result = decode('ecg.audit-results', value);
  } catch (error) {
    logger.error(
      { partition, offset, err: error },
      'a record of ecg.audit-results cannot be read: it counts in no rate',
    );
    return undefined;
  }
  if (result.outcome !== 'COMPLETE') return undefined;
  const { stream, evaluatedAt: at, policyVersion } = result;
  const violated = tasksViolated(result, policies.boundsOf(policyVersion));
  return { stream, at, violated, alpha: policies.alphaOf(policyVersion) };
}
