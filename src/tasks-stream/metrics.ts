import { DynamicDeepError } from '../lib/errors/index.js';
import { createMetrics, createRegistry, METRICS_OF } from '../lib/metrics/index.js';
import { ALARMS, type AlarmKind } from '../lib/tasks/alarms/kinds.js';
import { WireError, type AuditResult, type SignalWindow } from '../lib/wire/index.js';

/** Rung label of a record whose windows took more than one rung. */
const MIXED = 'mixed';

export type TasksMetrics = ReturnType<typeof tasksMetrics>;

export function tasksMetrics(rungs: readonly string[], version: string) {
  const registry = createRegistry();
  const metrics = createMetrics(registry, METRICS_OF.tasks, { rungs: [...rungs, MIXED], version });
  return {
    registry,
    countWindow: (labelled: boolean, { closedAt, sentAt, decodedAt }: SignalWindow, now: number): void => {
      metrics.tasksWindows.inc({ status: labelled ? 'labelled' : 'not_enough_signal' });
      const seconds = (at: number): number => Math.max(0, at - closedAt) / 1000;
      metrics.tasksLatencySeconds.observe({ stage: 'sent' }, seconds(sentAt));
      metrics.tasksLatencySeconds.observe({ stage: 'decoded' }, seconds(decodedAt));
      metrics.tasksLatencySeconds.observe({ stage: 'result' }, seconds(now));
    },
    countAlarm: (kind: AlarmKind): void => {
      const { priority } = ALARMS[kind];
      metrics.tasksAlarms.inc({ kind, priority: priority.toLowerCase() as Lowercase<typeof priority> });
    },
    countAudit: (result: AuditResult, violated: readonly ('rhythm' | 'peaks')[]): void => {
      metrics.tasksAudits.inc({ outcome: result.outcome.toLowerCase() as Lowercase<AuditResult['outcome']> });
      if (result.outcome !== 'COMPLETE') return;
      metrics.tasksAuditedRecords.inc();
      const rung = new Set(result.rungs).size === 1 ? (result.rungs[0] ?? MIXED) : MIXED;
      if (result.rhythmError !== null) metrics.tasksTrueError.observe({ task: 'rhythm', rung }, result.rhythmError);
      if (result.peaksError !== null) metrics.tasksTrueError.observe({ task: 'peaks', rung }, result.peaksError);
      for (const task of violated) metrics.tasksViolations.inc({ task });
      if (violated.length > 0) metrics.tasksViolations.inc({ task: 'any' });
    },
    countDeadLetter: (error: DynamicDeepError): void => {
      metrics.deadLetters.inc({ reason: (error instanceof WireError ? error.reason : error.code) as never });
    },
    observeInference: (model: 'rhythm' | 'peaks', seconds: number): void => {
      metrics.inferenceSeconds.observe({ model }, seconds);
    },
    setLag: (topic: string, offsets: number): void => {
      metrics.consumerLag.set({ topic: topic === 'ecg.signals' ? 'signals' : 'originals' }, offsets);
    },
    countHandlerFailed: (): void => {
      metrics.deadLetters.inc({ reason: 'HANDLER_FAILED' });
    },
    countRebalance: (): void => {
      metrics.rebalances.inc();
    },
  };
}
