/** Turns the tasks' results into records for the topics. */
import type { OutputRecord } from '../lib/kafka/records.js';
import { ALARMS } from '../lib/tasks/alarms/kinds.js';
import { HISTORICAL_MS, type AlarmChange } from '../lib/tasks/alarms/episode.js';
import { RHYTHM_CLASSES } from '../lib/tasks/rhythm.js';
import { deviceTime } from '../lib/tasks/segment.js';
import type { SegmentResult } from '../lib/tasks/stream-analysis.js';
import { encode, type SignalWindow, type Source } from '../lib/wire/index.js';

export interface ResultContext {
  readonly window: SignalWindow;
  /** Position of the window on ecg.signals, or on ecg.originals if the tasks run on originals. */
  readonly source: Source;
  /** Wall milliseconds UTC. */
  readonly now: number;
}

export function rhythmRecord(
  { window, source, now }: ResultContext,
  { rhythm }: SegmentResult,
  model: string,
): OutputRecord {
  const { stream, device, epoch, sequence, start, closedAt } = window;
  const value = encode('ecg.rhythms', {
    stream,
    device,
    epoch,
    sequence,
    start,
    status: rhythm === undefined ? 'NOT_ENOUGH_SIGNAL' : 'LABELLED',
    labels: (rhythm?.labels ?? []).map((label) => RHYTHM_CLASSES[label] ?? 'NOISE'),
    probabilities: rhythm?.probabilities ?? [],
    firstAt: Math.round(deviceTime(epoch, start)),
    closedAt,
    classifiedAt: now,
    model,
    source,
    segmentSource: window.source,
  });
  return { topic: 'ecg.rhythms', key: device, value };
}

export function beatsRecord(
  { window, source, now }: ResultContext,
  { beats, rate: rateBpm }: SegmentResult,
  model: string,
): OutputRecord {
  const { stream, device, epoch, sequence, closedAt } = window;
  const { from, to, peaks } = beats;
  const segmentSource = window.source;
  const times = { closedAt, detectedAt: now };
  const value = encode('ecg.beats', {
    stream,
    device,
    epoch,
    sequence,
    from,
    to,
    peaks,
    rateBpm,
    ...times,
    model,
    source,
    segmentSource,
  });
  return { topic: 'ecg.beats', key: device, value };
}

export interface AlarmContext {
  readonly device: string;
  /** Window that caused the change; undefined if a command or the passing of time did. */
  readonly window: SignalWindow | undefined;
  /** Record of ecg.signals, ecg.originals or ecg.alarm-commands that caused the change; null if the passing of time did. */
  readonly source: Source | null;
  /** Wall milliseconds UTC. */
  readonly now: number;
}

export function alarmRecord(
  { device, window, source, now }: AlarmContext,
  change: AlarmChange,
  models: Readonly<Record<string, string>>,
): OutputRecord {
  const { priority, category, message } = ALARMS[change.kind];
  const age = window === undefined ? 0 : (now - window.closedAt) * window.clockRate;
  const value = encode('ecg.alarms', {
    ...change,
    device,
    streams: [...change.streams],
    stream: window?.stream ?? null,
    epoch: window?.epoch ?? null,
    sequence: window?.sequence ?? null,
    models: { ...models },
    priority,
    category,
    onsetAt: Math.round(change.onsetAt),
    at: Math.round(change.at),
    emittedAt: now,
    historical: age > HISTORICAL_MS,
    message,
    source,
  });
  return { topic: 'ecg.alarms', key: device, value };
}
