/** What the tasks found out about a window, as records for the topics. */
import type { OutputRecord } from '../lib/kafka/records.js';
import { ALARMS } from '../lib/tasks/alarms/kinds.js';
import type { AlarmChange } from '../lib/tasks/alarms/engine.js';
import type { FinalBeats } from '../lib/tasks/beat-tracker.js';
import { RHYTHM_CLASSES } from '../lib/tasks/rhythm.js';
import { encode, type SignalWindow, type Source } from '../lib/wire/index.js';
import type { RhythmAnswer } from './stream-analysis.js';
import { deviceTime } from './windows.js';

/** Age of a window, by the wall clock, from which its alarms are news of the past. */
const HISTORICAL_MS = 60_000;

export interface ResultContext {
  readonly window: SignalWindow;
  /** Where the window lies on ecg.signals. */
  readonly source: Source;
  /** Wall milliseconds UTC. */
  readonly now: number;
}

export function rhythmRecord(
  { window, source, now }: ResultContext,
  answer: RhythmAnswer | undefined,
  model: string,
): OutputRecord {
  const { stream, device, epoch, sequence, start, closedAt } = window;
  const value = encode('ecg.rhythms', {
    stream,
    device,
    epoch,
    sequence,
    start,
    status: answer === undefined ? 'NOT_ENOUGH_SIGNAL' : 'LABELLED',
    labels: (answer?.labels ?? []).map((label) => RHYTHM_CLASSES[label] ?? 'NOISE'),
    probabilities: answer?.probabilities ?? [],
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
  beats: FinalBeats,
  rateBpm: number | null,
  model: string,
): OutputRecord {
  const { stream, device, epoch, sequence, closedAt } = window;
  const { from, to, peaks } = beats;
  const segmentSource = window.source;
  const times = { closedAt, detectedAt: now };
  const value = encode('ecg.beats', { stream, device, epoch, sequence, from, to, peaks, rateBpm, ...times, model, source, segmentSource }); // prettier-ignore
  return { topic: 'ecg.beats', key: device, value };
}

export function alarmRecord(
  { window, source, now }: ResultContext,
  change: AlarmChange,
  streams: string[],
  models: Record<string, string>,
): OutputRecord {
  const { priority, category, message } = ALARMS[change.kind];
  const value = encode('ecg.alarms', {
    id: change.id,
    device: window.device,
    streams,
    stream: window.stream,
    epoch: window.epoch,
    sequence: window.sequence,
    models,
    kind: change.kind,
    priority,
    category,
    state: change.state,
    onsetAt: Math.round(change.onsetAt),
    at: Math.round(change.at),
    emittedAt: now,
    historical: now - window.closedAt > HISTORICAL_MS,
    message,
    source,
  });
  return { topic: 'ecg.alarms', key: window.device, value };
}
