import { LATENCY_SECONDS, TASK_ERROR } from '../buckets.js';
import type { MetricCatalogue } from '../spec.js';

/** Alarm kinds of src/lib/tasks/alarms, which this part may not import; a test compares them. */
const ALARM_KINDS = [
  'asystole',
  'asystole-or-lead-off',
  'extreme-tachycardia',
  'extreme-bradycardia',
  'tachycardia',
  'bradycardia',
  'atrial-fibrillation',
  'other-rhythm',
  'lead-off',
  'stream-stalled',
  'unwatched',
  'decode-failed',
  'saturation',
  'noise',
  'gap',
  'clock-stepped',
] as const;

/** Tasks whose bounds an audited record may exceed; `any` counts a record once. */
const BOUNDED = ['rhythm', 'peaks', 'reconstruction', 'weighted_sum', 'own', 'any'] as const;
const AUDIT_WINDOWS = ['1h', '24h'] as const;
/** Upper ends of the ranges of predicted errors. */
const PREDICTED = [...TASK_ERROR.map(String), '+Inf'];

export const TASKS_METRICS = {
  tasksWindows: {
    name: 'dynamic_deep_tasks_windows_total',
    type: 'counter',
    help: 'Segments of ecg.signals with a published result.',
    labels: { status: ['labelled', 'not_enough_signal', 'not_finite'] },
  },
  tasksTrueError: {
    name: 'dynamic_deep_tasks_true_error',
    type: 'histogram',
    help: 'Error that compression added to a complete audited record; rhythm in nats, peaks in the loss of RPnet. The rung is `mixed` where windows took several, or one that only an older codec has.',
    labels: { task: ['rhythm', 'peaks'], rung: 'rungs' },
    buckets: TASK_ERROR,
  },
  tasksAudits: {
    name: 'dynamic_deep_tasks_audits_total',
    type: 'counter',
    help: 'Audited records, by whether both signals were whole (complete), cut (incomplete) or one never came (unpaired).',
    labels: { outcome: ['complete', 'incomplete', 'unpaired'] },
  },
  tasksAuditedRecords: {
    name: 'dynamic_deep_tasks_audited_records_total',
    type: 'counter',
    help: 'Complete audited records: the denominator of the violation rate.',
    labels: {},
  },
  tasksViolations: {
    name: 'dynamic_deep_tasks_violations_total',
    type: 'counter',
    help: 'Complete audited records above a bound; `reconstruction`: PRDN of a window, `own`: any task of your own, `any` counts a record once. A non-finite error is a violation.',
    labels: { task: BOUNDED },
  },
  tasksViolationRatio: {
    name: 'dynamic_deep_tasks_violation_ratio',
    type: 'gauge',
    help: 'Share of the complete audited records of the whole installation above a bound; every member says the same.',
    labels: { task: BOUNDED, window: AUDIT_WINDOWS },
  },
  tasksViolationRatioLower: {
    name: 'dynamic_deep_tasks_violation_ratio_lower',
    type: 'gauge',
    help: 'Lower end of its 95% interval, which is widened by how alike the records of a stream are.',
    labels: { task: BOUNDED, window: AUDIT_WINDOWS },
  },
  tasksViolationRatioUpper: {
    name: 'dynamic_deep_tasks_violation_ratio_upper',
    type: 'gauge',
    help: 'Upper end of the same interval; 1 without records.',
    labels: { task: BOUNDED, window: AUDIT_WINDOWS },
  },
  tasksViolationAllowed: {
    name: 'dynamic_deep_tasks_violation_allowed_ratio',
    type: 'gauge',
    help: "Share that the policies allow: their alpha, averaged over the window's audited records.",
    labels: { window: AUDIT_WINDOWS },
  },
  tasksWindowRecords: {
    name: 'dynamic_deep_tasks_audit_window_records',
    type: 'gauge',
    help: 'Complete audited records of the whole installation that the ratios speak of.',
    labels: { window: AUDIT_WINDOWS },
  },
  tasksWindowStreams: {
    name: 'dynamic_deep_tasks_audit_window_streams',
    type: 'gauge',
    help: 'Streams that they are of.',
    labels: { window: AUDIT_WINDOWS },
  },
  tasksEvidence: {
    name: 'dynamic_deep_tasks_violation_evidence',
    type: 'gauge',
    help: 'Decimal logarithm of the evidence of the last week that more records violate than the policies allow; 4 is an alert. `record`: at some beds; `stream`: over streams, however alike the records of one are.',
    labels: { kind: ['record', 'stream'] },
  },
  tasksPredictedRecords: {
    name: 'dynamic_deep_tasks_predicted_records_total',
    type: 'counter',
    help: 'Complete audited records that were predicted, by the upper end of the range of their mean predicted error.',
    labels: { task: ['rhythm', 'peaks'], predicted: PREDICTED },
  },
  tasksPredictedError: {
    name: 'dynamic_deep_tasks_predicted_error_sum_total',
    type: 'counter',
    help: 'Sum of the predicted errors of those records.',
    labels: { task: ['rhythm', 'peaks'], predicted: PREDICTED },
  },
  tasksPredictedTrueError: {
    name: 'dynamic_deep_tasks_predicted_true_error_sum_total',
    type: 'counter',
    help: 'Sum of the true errors of those records.',
    labels: { task: ['rhythm', 'peaks'], predicted: PREDICTED },
  },
  tasksWithoutPolicy: {
    name: 'dynamic_deep_tasks_windows_without_policy_total',
    type: 'counter',
    help: 'Segments of beds that no policy covers: their alarms go by the customary adult limits.',
    labels: {},
  },
  tasksAlarms: {
    name: 'dynamic_deep_tasks_alarms_total',
    type: 'counter',
    help: 'Alarm episodes raised, by IEC 60601-1-8 priority.',
    labels: { kind: ALARM_KINDS, priority: ['high', 'medium', 'low'] },
  },
  tasksAlarmChanges: {
    name: 'dynamic_deep_tasks_alarm_changes_total',
    type: 'counter',
    help: 'Events on ecg.alarms, by the state that they leave the episode in.',
    labels: {
      kind: ALARM_KINDS,
      priority: ['high', 'medium', 'low'],
      status: ['active', 'acknowledged', 'held', 'latched', 'ended'],
    },
  },
  tasksAlarmCommands: {
    name: 'dynamic_deep_tasks_alarm_commands_total',
    type: 'counter',
    help: 'Commands of ecg.alarm-commands, by whether they were done, spoke of nothing that is there (any more), or of a bed that was never seen.',
    labels: { kind: ['acknowledge', 'pause', 'resume'], outcome: ['done', 'ignored', 'unknown_bed'] },
  },
  tasksLatencySeconds: {
    name: 'dynamic_deep_tasks_latency_seconds',
    type: 'histogram',
    help: "Wall seconds from a window's last sample until it was sent, decoded, and its result was computed (its transaction follows).",
    labels: { stage: ['sent', 'decoded', 'result'] },
    buckets: LATENCY_SECONDS,
  },
} as const satisfies MetricCatalogue;
