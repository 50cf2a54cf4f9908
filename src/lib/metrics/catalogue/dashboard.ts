import { DELIVERY_SECONDS } from '../buckets.js';
import type { MetricCatalogue } from '../spec.js';

export const DASHBOARD_METRICS = {
  dashboardConnections: {
    name: 'dynamic_deep_dashboard_connections',
    type: 'gauge',
    help: 'Pages with a live connection.',
    labels: {},
  },
  dashboardResumes: {
    name: 'dynamic_deep_dashboard_connects_total',
    type: 'counter',
    help: 'Live connections begun: new, resumed behind the last change that the page had, or reset because the log did not reach back.',
    labels: { outcome: ['new', 'resumed', 'reset'] },
  },
  dashboardRecords: {
    name: 'dynamic_deep_dashboard_records_total',
    type: 'counter',
    help: 'Records that were read for the pages.',
    labels: {
      topic: ['streams', 'signals', 'rhythms', 'beats', 'alarms', 'audit-results', 'segments', 'audits', 'deadletter'],
    },
  },
  dashboardUnreadable: {
    name: 'dynamic_deep_dashboard_unreadable_total',
    type: 'counter',
    help: 'Records that were passed over because they cannot be decoded; one more for each strip or preview that meets one again.',
    labels: {},
  },
  dashboardAlarmSeconds: {
    name: 'dynamic_deep_dashboard_alarm_seconds',
    type: 'histogram',
    help: 'Wall seconds from the writing of an alarm change by tasks-stream until it was here.',
    labels: {},
    buckets: DELIVERY_SECONDS,
  },
  dashboardCommands: {
    name: 'dynamic_deep_dashboard_commands_total',
    type: 'counter',
    help: 'Alarm commands of pages: written, refused (what they name is not there) or failed (the broker has not confirmed them in 10 s: they may still take effect).',
    labels: { kind: ['acknowledge', 'pause', 'resume'], outcome: ['written', 'refused', 'failed'] },
  },
  dashboardPolicies: {
    name: 'dynamic_deep_dashboard_policies_total',
    type: 'counter',
    help: 'Policies that pages asked to put in force: written, refused (mistakes, or the scope had another version) or failed (nobody has confirmed them: they may still take effect).',
    labels: { outcome: ['written', 'refused', 'failed'] },
  },
  dashboardRefusals: {
    name: 'dynamic_deep_dashboard_refusals_total',
    type: 'counter',
    help: 'Requests without a session, without the right, of another origin, or beyond the rate limit.',
    labels: { reason: ['session', 'role', 'origin', 'rate', 'ticket'] },
  },
  dashboardLogins: {
    name: 'dynamic_deep_dashboard_logins_total',
    type: 'counter',
    help: 'Logins by OpenID Connect: done, or refused (no role, a wrong answer, a provider that is away).',
    labels: { outcome: ['done', 'refused'] },
  },
} as const satisfies MetricCatalogue;
