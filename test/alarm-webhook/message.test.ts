import { describe, expect, it } from 'vitest';
import { webhookMessage } from '../../src/alarm-webhook/message.js';
import type { AlarmEvent } from '../../src/lib/wire/index.js';
import { SAMPLES } from '../lib/wire/samples.js';

const settings = { receiver: 'ward', externalUrl: 'https://alarms.example/' };
const onset: AlarmEvent = {
  ...SAMPLES['ecg.alarms'],
  id: '0123456789abcdef',
  device: 'bed-"7"',
  kind: 'asystole',
  priority: 'HIGH',
  state: 'ACTIVE',
  reason: 'ONSET',
  onsetAt: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  at: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
  acknowledgedBy: null,
  acknowledgedAt: null,
  pausedUntil: null,
  supersededBy: null,
  historical: false,
  message: 'No valid beat',
};

describe('a change of an alarm', () => {
  it('has every field of version 4, and nothing else', () => {
    const message = webhookMessage(onset, settings);
    const labels = { alertname: 'asystole', device: 'bed-"7"', category: 'physiological', priority: 'high' };
    const annotations = {
      summary: 'No valid beat',
      state: 'active',
      reason: 'onset',
      historical: 'false',
      changedAt: '2026-01-02T03:04:05.678Z',
      emittedAt: new Date(onset.emittedAt).toISOString(),
    };
    expect(JSON.parse(JSON.stringify(message))).toEqual({
      version: '4',
      groupKey: '{}:{alertname="asystole", device="bed-\\"7\\""}',
      truncatedAlerts: 0,
      status: 'firing',
      receiver: 'ward',
      groupLabels: { alertname: 'asystole', device: 'bed-"7"' },
      commonLabels: labels,
      commonAnnotations: annotations,
      externalURL: 'https://alarms.example/',
      alerts: [
        {
          status: 'firing',
          labels,
          annotations,
          generatorURL: 'https://alarms.example/',
          startsAt: '2026-01-02T03:04:05.678Z',
          endsAt: '0001-01-01T00:00:00Z',
          fingerprint: '0123456789abcdef',
        },
      ],
    });
  });

  it.each(['ACTIVE', 'ACKNOWLEDGED', 'HELD', 'LATCHED'] as const)('that leaves the episode %s is firing', (state) => {
    const { status, alerts } = webhookMessage({ ...onset, state }, settings);
    expect([status, alerts[0]?.status, alerts[0]?.annotations['state']]).toEqual([
      'firing',
      'firing',
      state.toLowerCase(),
    ]);
  });

  it('that ends the episode is resolved, with the same identity', () => {
    const at = onset.onsetAt + 90_000;
    const ended = webhookMessage({ ...onset, state: 'ENDED', reason: 'CONDITION_ENDED', at }, settings);
    const begun = webhookMessage(onset, settings);
    expect(ended.status).toBe('resolved');
    expect(ended.alerts[0]).toMatchObject({ status: 'resolved', startsAt: '2026-01-02T03:04:05.678Z', endsAt: '2026-01-02T03:05:35.678Z' }); // prettier-ignore
    expect(ended.groupKey).toBe(begun.groupKey);
    expect(ended.alerts[0]?.labels).toEqual(begun.alerts[0]?.labels);
    expect(ended.alerts[0]?.fingerprint).toBe(begun.alerts[0]?.fingerprint);
  });

  it('says who answered it, whether it is old, and what took its place', () => {
    const said = { historical: true, acknowledgedBy: 'nurse-3', supersededBy: 'ff' };
    const times = { acknowledgedAt: Date.UTC(2026, 0, 3), pausedUntil: Date.UTC(2026, 0, 4) };
    expect(webhookMessage({ ...onset, ...said, ...times }, settings).commonAnnotations).toMatchObject({
      historical: 'true',
      acknowledgedBy: 'nurse-3',
      supersededBy: 'ff',
      acknowledgedAt: '2026-01-03T00:00:00.000Z',
      pausedUntil: '2026-01-04T00:00:00.000Z',
    });
  });
});
