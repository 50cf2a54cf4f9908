/**
 * Formats a change of an alarm as an Alertmanager webhook, version "4". The fields are those of the <webhook_config> table in
 * https://prometheus.io/docs/alerting/latest/configuration/
 */
import type { AlarmEvent } from '../lib/wire/index.js';

export interface WebhookAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** RFC 3339, UTC, device clock. */
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

export interface WebhookMessage {
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly status: WebhookAlert['status'];
  readonly receiver: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly externalURL: string;
  readonly alerts: readonly WebhookAlert[];
}

export interface MessageSettings {
  readonly receiver: string;
  /** Empty if there is none. */
  readonly externalUrl: string;
}

/** What Alertmanager writes for an alert that has not ended: the zero time of Go. */
const NOT_ENDED = '0001-01-01T00:00:00Z';

/** Returns a message with one alert: changes are delivered and acknowledged one by one. */
export function webhookMessage(alarm: AlarmEvent, { receiver, externalUrl }: MessageSettings): WebhookMessage {
  const status = alarm.state === 'ENDED' ? 'resolved' : 'firing';
  // Labels identify an alert, so they are the same in every change of an episode.
  const groupLabels = { alertname: alarm.kind, device: alarm.device };
  const labels = { ...groupLabels, category: alarm.category.toLowerCase(), priority: alarm.priority.toLowerCase() };
  const annotations = annotationsOf(alarm);
  const endsAt = status === 'resolved' ? iso(alarm.at) : NOT_ENDED;
  const { kind, device, id: fingerprint } = alarm;
  return {
    version: '4',
    // One group per kind and bed: "resolved" on a group for the whole bed would hide its other alarms.
    groupKey: `{}:{alertname=${JSON.stringify(kind)}, device=${JSON.stringify(device)}}`,
    truncatedAlerts: 0,
    status,
    receiver,
    groupLabels,
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: externalUrl,
    alerts: [
      { status, labels, annotations, startsAt: iso(alarm.onsetAt), endsAt, generatorURL: externalUrl, fingerprint },
    ],
  };
}

function annotationsOf(alarm: AlarmEvent): Record<string, string> {
  const { acknowledgedBy, acknowledgedAt, pausedUntil, supersededBy } = alarm;
  return {
    summary: alarm.message,
    state: alarm.state.toLowerCase(),
    reason: alarm.reason.toLowerCase(),
    changedAt: iso(alarm.at),
    emittedAt: iso(alarm.emittedAt),
    historical: String(alarm.historical),
    ...(acknowledgedBy === null ? {} : { acknowledgedBy }),
    ...(acknowledgedAt === null ? {} : { acknowledgedAt: iso(acknowledgedAt) }),
    ...(pausedUntil === null ? {} : { pausedUntil: iso(pausedUntil) }),
    ...(supersededBy === null ? {} : { supersededBy }),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
