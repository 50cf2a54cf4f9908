/** Selects the records that belong to the window of one stream at one device time. No I/O. */
import { DynamicDeepError } from '../lib/errors/index.js';
import type { InputRecord } from '../lib/kafka/index.js';
import { MODEL_RATE, RECORD } from '../lib/signal/grid.js';
import { decode, resolveSegments } from '../lib/wire/index.js';
import type {
  AlarmEvent,
  AuditResult,
  BeatsWindow,
  ChannelTable,
  DeadLetter,
  RhythmWindow,
  Segment,
  SegmentFrame,
  SignalWindow,
  WireTopic,
} from '../lib/wire/index.js';
import { withSpan, type Span } from './trace-spans.js';

export const TRACED_TOPICS = [
  'ecg.segments',
  'ecg.signals',
  'ecg.rhythms',
  'ecg.beats',
  'ecg.alarms',
  'ecg.audit-results',
  'ecg.deadletter',
] as const satisfies readonly WireTopic[];

/** A value and the record that held it. */
export interface Sighting<V> {
  readonly value: V;
  readonly record: InputRecord;
}

export interface SegmentInFrame {
  readonly frame: SegmentFrame;
  readonly segment: Segment;
}

/** What the topics hold of one window; undefined for a stage that has not happened yet or is no longer kept. */
export interface FoundWindow {
  readonly segment: Sighting<SegmentInFrame>;
  /** Further copies of the segment on ecg.segments, which the decoder drops. */
  readonly repeats: number;
  readonly signal: Sighting<SignalWindow> | undefined;
  readonly rhythm: Sighting<RhythmWindow> | undefined;
  readonly beats: Sighting<BeatsWindow> | undefined;
  /** Alarm changes that the window caused. */
  readonly alarms: readonly Sighting<AlarmEvent>[];
  /** Audit result of the record in which the window begins. */
  readonly audit: Sighting<AuditResult> | undefined;
  readonly deadLetters: readonly Sighting<DeadLetter>[];
  /** Older epochs with a window at the same device time: the clock of a fast replay can run ahead of the replay's restart. */
  readonly otherEpochs: readonly number[];
}

/** Results further than this from the requested time are dropped; a window lasts 6 s. Device milliseconds. */
const NEAR_MS = 60_000;

/** Returns the device milliseconds UTC of model sample `index` of an epoch. */
export function deviceTime(epoch: number, index: number): number {
  return epoch + (1000 * index) / MODEL_RATE;
}

export class WindowSearch {
  readonly #stream: string;
  readonly #device: string;
  readonly #at: number;
  readonly #channels: Pick<ChannelTable, 'get'>;
  readonly #segments: Sighting<SegmentInFrame>[] = [];
  readonly #signals: Sighting<SignalWindow>[] = [];
  readonly #rhythms: Sighting<RhythmWindow>[] = [];
  readonly #beats: Sighting<BeatsWindow>[] = [];
  readonly #alarms: Sighting<AlarmEvent>[] = [];
  readonly #audits: Sighting<AuditResult>[] = [];
  readonly #letters: Sighting<DeadLetter>[] = [];
  #spans: readonly Span[] = [];

  /** `at`: device milliseconds UTC. `channels`: every channel that ecg.streams declares. */
  constructor(wanted: {
    readonly stream: string;
    readonly device: string;
    readonly at: number;
    readonly channels: Pick<ChannelTable, 'get'>;
  }) {
    this.#stream = wanted.stream;
    this.#device = wanted.device;
    this.#at = wanted.at;
    this.#channels = wanted.channels;
  }

  /** Takes a record of one of TRACED_TOPICS, in the order of its partition. Skips records that cannot be decoded. */
  take(record: InputRecord): void {
    try {
      this.#sort(record);
    } catch (error) {
      if (!(error instanceof DynamicDeepError)) throw error;
    }
  }

  /** Returns the window of the latest epoch that has one at the time; undefined if none has. */
  found(): FoundWindow | undefined {
    const epoch = Math.max(...this.#segments.map(({ value }) => value.segment.epoch));
    const copies = this.#segments.filter(({ value }) => value.segment.epoch === epoch);
    const [segment] = copies;
    if (segment === undefined) return undefined;
    const { sequence, start, payload } = segment.value.segment;
    const same = ({ value }: Sighting<{ epoch: number; sequence: number }>): boolean =>
      value.epoch === epoch && value.sequence === sequence;
    const signal = this.#signals.find(same);
    const frames = copies.map(({ record }) => record);
    return {
      segment,
      repeats: copies.length - 1,
      signal,
      rhythm: this.#rhythms.find(same),
      beats: this.#beats.find(same),
      alarms: this.#alarms.filter(({ value: { source } }) => source !== null && isAt(signal?.record, source)),
      audit: this.#audits.find(({ value }) => value.epoch === epoch && value.record === Math.floor(start / RECORD)),
      deadLetters: this.#letters.filter(({ value }) => {
        if (isAt(signal?.record, value)) return true;
        const frame = frames.find((each) => isAt(each, value));
        // A dead letter holds the whole frame, or the payload of the one rejected segment.
        return (
          frame !== undefined && [frame.value, payload].some((bytes) => bytes !== null && value.value?.equals(bytes))
        );
      }),
      otherEpochs: [...new Set(this.#segments.map(({ value }) => value.segment.epoch))].filter((e) => e !== epoch),
    };
  }

  /** Returns the spans of the stream that ecg.segments holds, oldest epoch first. */
  spans(): readonly Span[] {
    return [...this.#spans].sort((a, b) => a.epoch - b.epoch || a.from - b.from);
  }

  #sort(record: InputRecord): void {
    const { value: bytes } = record;
    if (record.topic === 'ecg.segments') {
      this.#takeFrame(record);
      return;
    }
    if (record.topic === 'ecg.deadletter') {
      const value = decode('ecg.deadletter', bytes);
      if (value.topic === 'ecg.segments' || value.topic === 'ecg.signals') this.#letters.push({ value, record });
      return;
    }
    // The other topics are keyed by device. Most records belong to other devices and need not be decoded.
    if (record.key?.toString() !== this.#device) return;
    switch (record.topic) {
      case 'ecg.signals': {
        const value = decode('ecg.signals', bytes);
        if (this.#covers(value)) this.#signals.push({ value, record });
        break;
      }
      case 'ecg.rhythms': {
        const value = decode('ecg.rhythms', bytes);
        if (this.#isNear(value, value.start)) this.#rhythms.push({ value, record });
        break;
      }
      case 'ecg.beats': {
        const value = decode('ecg.beats', bytes);
        if (this.#isNear(value, value.to)) this.#beats.push({ value, record });
        break;
      }
      case 'ecg.alarms':
        this.#alarms.push({ value: decode('ecg.alarms', bytes), record });
        break;
      case 'ecg.audit-results': {
        const value = decode('ecg.audit-results', bytes);
        if (this.#isNear(value, value.record * RECORD)) this.#audits.push({ value, record });
        break;
      }
    }
  }

  #takeFrame(record: InputRecord): void {
    const frame = decode('ecg.segments', record.value);
    for (const resolved of resolveSegments(frame, (run, channel) => this.#channels.get(run, channel))) {
      if (resolved?.segment.stream !== this.#stream) continue;
      const { segment } = resolved;
      const { epoch, start, length } = segment;
      this.#spans = withSpan(this.#spans, {
        epoch,
        from: deviceTime(epoch, start),
        to: deviceTime(epoch, start + length),
      });
      if (this.#covers(segment)) this.#segments.push({ value: { frame, segment }, record });
    }
  }

  #covers({ stream, epoch, start, length }: Pick<Segment, 'stream' | 'epoch' | 'start' | 'length'>): boolean {
    const at = this.#at;
    return stream === this.#stream && deviceTime(epoch, start) <= at && at < deviceTime(epoch, start + length);
  }

  #isNear({ stream, epoch }: { readonly stream: string; readonly epoch: number }, index: number): boolean {
    return stream === this.#stream && Math.abs(deviceTime(epoch, index) - this.#at) <= NEAR_MS;
  }
}

function isAt(
  record: InputRecord | undefined,
  place: { readonly topic: string; readonly partition: number; readonly offset: number },
): boolean {
  return record?.topic === place.topic && record.partition === place.partition && record.offset === place.offset;
}
