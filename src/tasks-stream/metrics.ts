import type { BoundedTask } from '../lib/codec/violated-bounds.js';
import { DynamicDeepError } from '../lib/errors/index.js';
import { CATALOGUE, createMetrics, createRegistry, METRICS_OF } from '../lib/metrics/index.js';
import type { EvidenceKind } from '../lib/audit/evidence.js';
import type { WindowName, WindowRates } from '../lib/audit/rate-window.js';
import type { PolicyRefusal } from '../lib/policy/index.js';
import type { AlarmChange } from '../lib/tasks/alarms/episode.js';
import { ALARMS } from '../lib/tasks/alarms/kinds.js';
import type { SegmentResult } from '../lib/tasks/stream-analysis.js';
import { WireError, type AlarmAction, type AuditResult, type SignalWindow } from '../lib/wire/index.js';
import { calibrationOf } from './calibration.js';

/** Rung label of a record whose windows took more than one rung. */
const MIXED = 'mixed';

const RATED = CATALOGUE.tasksViolationRatio.labels.task;

const TOPIC_LABELS: Readonly<Record<string, 'signals' | 'originals' | 'alarm-commands'>> = {
  'ecg.signals': 'signals',
  'ecg.originals': 'originals',
  'ecg.alarm-commands': 'alarm-commands',
};

export type TasksMetrics = ReturnType<typeof tasksMetrics>;

export function tasksMetrics(rungs: readonly string[], version: string) {
  const registry = createRegistry();
  const metrics = createMetrics(registry, METRICS_OF.tasks, { rungs: [...rungs, MIXED], version });
  const known = new Set(rungs);
  return {
    registry,
    countWindow: (result: SegmentResult, { closedAt, sentAt, decodedAt }: SignalWindow, now: number): void => {
      const { finite, rhythm } = result;
      metrics.tasksWindows.inc({ status: !finite ? 'not_finite' : rhythm ? 'labelled' : 'not_enough_signal' });
      const seconds = (at: number): number => Math.max(0, at - closedAt) / 1000;
      metrics.tasksLatencySeconds.observe({ stage: 'sent' }, seconds(sentAt));
      metrics.tasksLatencySeconds.observe({ stage: 'decoded' }, seconds(decodedAt));
      metrics.tasksLatencySeconds.observe({ stage: 'result' }, seconds(now));
    },
    countAlarm: ({ kind, reason, state }: AlarmChange): void => {
      const labels = { kind, priority: lower(ALARMS[kind].priority) };
      if (reason === 'ONSET') metrics.tasksAlarms.inc(labels);
      metrics.tasksAlarmChanges.inc({ ...labels, status: lower(state) });
    },
    countCommand: (action: AlarmAction, isUnknownBed: boolean, isDone: boolean): void => {
      const outcome = isUnknownBed ? 'unknown_bed' : isDone ? 'done' : 'ignored';
      metrics.tasksAlarmCommands.inc({ kind: lower(action), outcome });
    },
    countAudit: (result: AuditResult, violated: readonly BoundedTask[]): void => {
      metrics.tasksAudits.inc({ outcome: lower(result.outcome) });
      if (result.outcome !== 'COMPLETE') return;
      metrics.tasksAuditedRecords.inc();
      const [first = MIXED, ...others] = new Set(result.rungs);
      // An older codec may have rungs of other names.
      const rung = others.length === 0 && known.has(first) ? first : MIXED;
      if (result.rhythmError !== null) metrics.tasksTrueError.observe({ task: 'rhythm', rung }, result.rhythmError);
      if (result.peaksError !== null) metrics.tasksTrueError.observe({ task: 'peaks', rung }, result.peaksError);
      for (const task of violated) metrics.tasksViolations.inc({ task });
      if (violated.length > 0) metrics.tasksViolations.inc({ task: 'any' });
      for (const { task, range, predicted, error } of calibrationOf(result)) {
        metrics.tasksPredictedRecords.inc({ task, predicted: range });
        metrics.tasksPredictedError.inc({ task, predicted: range }, predicted);
        metrics.tasksPredictedTrueError.inc({ task, predicted: range }, error);
      }
    },
    setRates: (window: WindowName, rates: WindowRates): void => {
      metrics.tasksWindowRecords.set({ window }, rates.records);
      metrics.tasksWindowStreams.set({ window }, rates.streams);
      metrics.tasksViolationAllowed.set({ window }, rates.allowed);
      for (const task of RATED) {
        const { rate, interval } = rates.of(task);
        metrics.tasksViolationRatio.set({ task, window }, rate);
        metrics.tasksViolationRatioLower.set({ task, window }, interval[0]);
        metrics.tasksViolationRatioUpper.set({ task, window }, interval[1]);
      }
    },
    setEvidence: (kind: EvidenceKind, log10: number): void => {
      metrics.tasksEvidence.set({ kind }, log10);
    },
    countDeadLetter: (error: DynamicDeepError): void => {
      metrics.deadLetters.inc({ reason: (error instanceof WireError ? error.reason : error.code) as never });
    },
    observeInference: (model: 'rhythm' | 'peaks' | 'own', seconds: number): void => {
      metrics.inferenceSeconds.observe({ model }, seconds);
    },
    countWithoutPolicy: (): void => {
      metrics.tasksWithoutPolicy.inc();
    },
    countPolicyRefused: ({ reason }: PolicyRefusal): void => {
      metrics.policyRefused.inc({ reason });
    },
    setPolicyVersion: (version: number): void => {
      metrics.policyVersion.set(version);
    },
    countLost: (topic: string, offsets: number): void => {
      metrics.lostRecords.inc({ topic: TOPIC_LABELS[topic] ?? 'signals' }, offsets);
    },
    setLag: (topic: string, offsets: number): void => {
      const labels = { topic: TOPIC_LABELS[topic] ?? 'signals' };
      metrics.consumerLag.set(labels, offsets);
      metrics.consumerLagAt.set(labels, Date.now() / 1000);
    },
    countHandlerFailed: (): void => {
      metrics.deadLetters.inc({ reason: 'HANDLER_FAILED' });
    },
    countRebalance: (partitions: number): void => {
      metrics.rebalances.inc();
      metrics.assignedPartitions.set(partitions);
    },
  };
}

function lower<T extends string>(text: T): Lowercase<T> {
  return text.toLowerCase() as Lowercase<T>;
}
