/** The trace of a window as `--json` writes it. All times are milliseconds UTC. */
import { RECORD } from '../lib/signal/grid.js';
import { FLAG } from '../lib/signal/flags.js';
import type { Source, StreamInfo } from '../lib/wire/index.js';
import { deviceTime, type FoundWindow, type Sighting } from './trace-search.js';

export interface Stage {
  readonly stage: string;
  /** Wall clock of the machine that the stage ran on; null if the topics do not hold it. */
  readonly at: number | null;
  /** Milliseconds since the window's last sample was available, and since the previous stage in this list. */
  readonly afterLastSampleMs: number | null;
  readonly afterPreviousMs: number | null;
  /** Record that shows the stage. */
  readonly place: Source | null;
  readonly detail: string;
}

export interface Trace {
  readonly stream: string;
  readonly device: string;
  readonly gateway: string;
  readonly lead: string;
  /** Requested device time. */
  readonly at: number;
  /** Model samples [start, start + length) of the epoch, device times [from, to), and the index of the window's record. */
  readonly window: {
    readonly epoch: number;
    readonly sequence: number;
    readonly start: number;
    readonly length: number;
    readonly from: number;
    readonly to: number;
    readonly record: number;
  };
  /** Name of the rung; `#index` in the codec's ladder if the window was not decoded. */
  readonly rung: string;
  readonly payloadBytes: number;
  /** 2 bytes per native sample; null if the window was not decoded. */
  readonly nativeBytes: number | null;
  readonly flags: readonly string[];
  readonly predicted: { readonly rhythm: number | null; readonly peaks: number | null } | null;
  /** SHA-256 (hex) of the models' manifests; only the first 8 bytes of the codec's if ecg.streams names a newer one. */
  readonly models: { readonly codec: string; readonly rhythm: string | null; readonly peaks: string | null };
  /** Device seconds per wall second. */
  readonly clockRate: number;
  readonly stages: readonly Stage[];
  readonly labels: readonly string[];
  /** Device times of the beats that the window made final. */
  readonly beats: readonly number[];
  readonly repeats: number;
  readonly otherEpochs: readonly number[];
}

type Entry = Omit<Stage, 'afterLastSampleMs' | 'afterPreviousMs'>;

/** Returns the trace of a window; `at` is the requested device time. */
export function traceOf(found: FoundWindow, info: StreamInfo, at: number): Trace {
  const { frame, segment } = found.segment.value;
  const { epoch, sequence, start, length } = segment;
  const signal = found.signal?.value;
  const beats = found.beats?.value;
  const codec = frame.model.toString('hex');
  return {
    stream: info.stream,
    device: info.device,
    gateway: found.segment.record.key?.toString() ?? info.gateway,
    lead: info.lead,
    at,
    window: {
      epoch,
      sequence,
      start,
      length,
      record: Math.floor(start / RECORD),
      from: deviceTime(epoch, start),
      to: deviceTime(epoch, start + length),
    },
    rung: signal?.rung ?? `#${segment.rung}`,
    payloadBytes: segment.payload.length,
    nativeBytes: signal?.nativeBytes ?? null,
    flags: Object.entries(FLAG).flatMap(([name, bit]) => ((segment.flags & bit) === 0 ? [] : [flagName(name)])),
    predicted:
      segment.predicted === null ? null : { rhythm: segment.predicted[0] ?? null, peaks: segment.predicted[1] ?? null },
    models: {
      codec: info.model.startsWith(codec) ? info.model : codec,
      rhythm: found.rhythm?.value.model ?? null,
      peaks: beats?.model ?? null,
    },
    clockRate: signal?.clockRate ?? info.clockRate,
    stages: withDifferences(stagesOf(found)),
    labels: found.rhythm?.value.labels ?? [],
    beats: (beats?.peaks ?? []).map((peak) => deviceTime(epoch, peak)),
    repeats: found.repeats,
    otherEpochs: found.otherEpochs,
  };
}

function stagesOf({ segment: sent, signal, rhythm, beats, alarms, audit, deadLetters }: FoundWindow): Entry[] {
  const { frame, segment } = sent.value;
  const stored = placeOf(sent);
  const others = frame.segments.length - 1;
  const entries: Entry[] = [
    { stage: 'last sample', at: frame.sentAt - segment.ageMs, place: null, detail: "gateway's clock" },
    { stage: 'frame sent', at: frame.sentAt, place: null, detail: `with ${others} other segments` },
    { stage: 'in ecg.segments', at: sent.record.timestamp, place: stored, detail: `frame of ${bytes(sent)} bytes` },
    entry(
      'decoded',
      signal,
      ({ decodedAt }) => decodedAt,
      ({ rung }) => `rung ${rung}`,
    ),
    entry(
      'in ecg.signals',
      signal,
      (_, at) => at,
      ({ samples, rate }) => `${samples.length / 2} samples at ${rate} Hz`,
    ),
    entry(
      'classified',
      rhythm,
      ({ classifiedAt }) => classifiedAt,
      ({ labels }) => labels.join(' ') || 'not enough signal',
    ),
    entry(
      'beats detected',
      beats,
      ({ detectedAt }) => detectedAt,
      ({ peaks, rateBpm }) => `${peaks.length} beats, ${rateBpm?.toFixed(0) ?? 'no'} bpm`,
    ),
  ];
  for (const alarm of alarms) {
    entries.push(
      entry(
        `alarm ${alarm.value.state.toLowerCase()}`,
        alarm,
        ({ emittedAt }) => emittedAt,
        ({ kind, priority }) => `${kind}, ${priority.toLowerCase()}`,
      ),
    );
  }
  if (audit !== undefined || (segment.flags & FLAG.AUDITED) !== 0) {
    entries.push(entry('record audited', audit, ({ evaluatedAt }) => evaluatedAt, auditText));
  }
  for (const letter of deadLetters) {
    entries.push(
      entry(
        'dead-lettered',
        letter,
        ({ at }) => at,
        ({ reason, message }) => `${reason}: ${message}`,
      ),
    );
  }
  return entries;
}

function entry<V>(
  stage: string,
  sighting: Sighting<V> | undefined,
  at: (value: V, timestamp: number) => number,
  detail: (value: V) => string,
): Entry {
  if (sighting === undefined) return { stage, at: null, place: null, detail: 'not there (yet, or not kept any more)' };
  const { value, record } = sighting;
  return { stage, at: at(value, record.timestamp), place: placeOf(sighting), detail: detail(value) };
}

function withDifferences(entries: readonly Entry[]): Stage[] {
  const [first] = entries;
  let previous: number | null = null;
  return entries.map((each) => {
    const since = (start: number | null | undefined): number | null =>
      each.at === null || start === null || start === undefined ? null : each.at - start;
    const stage = { ...each, afterLastSampleMs: since(first?.at), afterPreviousMs: since(previous) };
    previous = each.at ?? previous;
    return stage;
  });
}

function auditText(result: NonNullable<FoundWindow['audit']>['value']): string {
  if (result.outcome !== 'COMPLETE') return result.outcome.toLowerCase();
  const show = (error: number | null): string => error?.toPrecision(3) ?? 'none';
  const verdict = result.violated ? 'violated' : 'kept';
  return `${verdict}: rhythm ${show(result.rhythmError)} nats, peaks ${show(result.peaksError)}`;
}

function placeOf({ record: { topic, partition, offset } }: Sighting<unknown>): Source {
  return { topic, partition, offset };
}

function bytes({ record }: Sighting<unknown>): number {
  return record.value?.length ?? 0;
}

function flagName(name: string): string {
  return name.toLowerCase().replaceAll('_', '-');
}
