/** State of the beds as the pages see it: takes values of the topics, and writes to the event log. No I/O. */
import {
  OpenAlarms,
  type AlarmEvent,
  type AuditResult,
  type BeatsWindow,
  type RhythmWindow,
  type SignalWindow,
  type StreamInfo,
} from '../lib/wire/index.js';
import { EventLog } from './event-log.js';
import type { AlarmChange, Audit, BeatsEvent, PageEvent, RhythmEvent, StreamEvent, WindowEvent } from './protocol.js';
import { endOf, SignalRing } from './signal-ring.js';
import { windowFrame } from './window-frame.js';

export interface WardSettings {
  /** Device milliseconds of signal held of each stream. */
  readonly signalMs: number;
  /** Device milliseconds of beats and rhythm labels held of each stream. */
  readonly trendMs: number;
}

/** Number of ended alarm episodes kept for the list. */
const ENDED_KEPT = 200;
const AUDITS_KEPT = 500;
/** A bed is hidden if it was neither declared nor sent anything for this long, wall ms, unless it has an open alarm. */
const FORGOTTEN_MS = 3_600_000;

export interface Stream {
  readonly info: StreamEvent;
  readonly ring: SignalRing;
  newest: WindowEvent | undefined;
  declaredAt: number;
  readonly beats: BeatsEvent[];
  readonly rhythms: RhythmEvent[];
}

export interface Bed {
  readonly device: string;
  /** By stream id; tile-lead.ts chooses the one that a tile shows. */
  readonly streams: Map<string, Stream>;
  /** Partition of this bed on the topics keyed by device; undefined until one of its windows was read. */
  partition: number | undefined;
}

export class Ward {
  readonly log = new EventLog();
  readonly #settings: WardSettings;
  readonly #beds = new Map<string, Bed>();
  readonly #alarms = new OpenAlarms();
  #ended: AlarmChange[] = [];
  #audits: Audit[] = [];

  constructor(settings: WardSettings) {
    this.#settings = settings;
  }

  bed(device: string): Bed | undefined {
    return this.#beds.get(device);
  }

  openAlarms(device: string): AlarmEvent[] {
    return this.#alarms.list().filter((alarm) => alarm.device === device);
  }

  get audits(): readonly Audit[] {
    return this.#audits;
  }

  takeStream({ stream, device, gateway, lead, clockRate, calibrated, declaredAt }: StreamInfo): void {
    const event: StreamEvent = { kind: 'stream', stream, device, gateway, lead, clockRate, calibrated };
    const known = this.#stream(event, event);
    known.declaredAt = declaredAt;
    this.log.add(event);
  }

  takeSignal(window: SignalWindow, partition: number): void {
    const { stream, device, epoch, sequence, rung, lossless, flags, closedAt, nativeBytes, payloadBytes } = window;
    const known = this.#stream(window);
    this.#bed(device).partition = partition;
    const endAt = endOf(window);
    const held = { epoch, sequence, endAt, frame: windowFrame(window) };
    if (!known.ring.add(held)) return;
    const payloadGain = payloadBytes === 0 ? 0 : nativeBytes / payloadBytes;
    const event: WindowEvent = { kind: 'window', stream, device, rung, lossless, payloadGain, flags, endAt, closedAt };
    if (known.newest === undefined || endAt >= known.newest.endAt) known.newest = event;
    this.log.add(event, { device, stream, frame: held.frame });
  }

  takeRhythm({ stream, device, epoch, start, labels }: RhythmWindow): void {
    const event: RhythmEvent = { kind: 'rhythm', stream, device, epoch, start, labels };
    this.#keep(this.#stream(event).rhythms, event, (one) => one.epoch + one.start / 0.3);
    this.log.add(event);
  }

  takeBeats({ stream, device, epoch, from, to, peaks, rateBpm }: BeatsWindow): void {
    const event: BeatsEvent = { kind: 'beats', stream, device, epoch, from, to, peaks, rateBpm };
    this.#keep(this.#stream(event).beats, event, (one) => one.epoch + one.to / 0.3);
    this.log.add(event);
  }

  takeAlarm(alarm: AlarmEvent): void {
    this.#alarms.take(alarm);
    const change = withoutProvenance(alarm);
    if (change.state === 'ENDED') this.#ended = [...this.#ended, change].slice(-ENDED_KEPT);
    this.log.add({ kind: 'alarm', change });
  }

  takeAudit(audit: AuditResult): void {
    const result: Audit = withoutFields(audit, ['models', 'source', 'sequences']);
    this.#audits = [...this.#audits, result].slice(-AUDITS_KEPT);
    this.log.add({ kind: 'audit', result });
  }

  /** Everything that a new page must be told; `now` is wall milliseconds. */
  snapshot(now: number): PageEvent[] {
    const events: PageEvent[] = [];
    const alarmed = new Set(this.#alarms.list().map(({ device }) => device));
    for (const bed of this.#beds.values()) {
      for (const { info, newest, declaredAt, beats, rhythms } of bed.streams.values()) {
        const seenAt = Math.max(declaredAt, newest?.closedAt ?? 0);
        if (seenAt < now - FORGOTTEN_MS && !alarmed.has(bed.device)) continue;
        events.push(info, ...[newest, rhythms.at(-1), beats.at(-1)].filter((event) => event !== undefined));
      }
    }
    const alarms = [...this.#ended, ...this.#alarms.list().map(withoutProvenance)];
    return [...events, ...alarms.map((change) => ({ kind: 'alarm', change }) as const)];
  }

  /** Adds an event of a stream, and drops those older than the span of the trends. */
  #keep<E>(list: E[], event: E, at: (event: E) => number): void {
    list.push(event);
    const oldest = at(event) - this.#settings.trendMs;
    let drop = 0;
    for (const one of list) {
      if (at(one) >= oldest) break;
      drop++;
    }
    // Drop in chunks: an array that loses its head at every event would be copied at every event.
    if (drop > 64) list.splice(0, drop);
  }

  #bed(device: string): Bed {
    let bed = this.#beds.get(device);
    if (bed === undefined) {
      bed = { device, streams: new Map(), partition: undefined };
      this.#beds.set(device, bed);
    }
    return bed;
  }

  /** Returns the stream, creating it if it is new; `declared` replaces what was known of it. */
  #stream(
    { stream, device, ...rest }: { stream: string; device: string; lead?: string; clockRate?: number },
    declared?: StreamEvent,
  ): Stream {
    const { streams } = this.#bed(device);
    const known = streams.get(stream);
    if (known !== undefined && declared === undefined) return known;
    const { lead = '', clockRate = 1 } = rest;
    const guess: StreamEvent = { kind: 'stream', stream, device, gateway: '', lead, clockRate, calibrated: true };
    const made: Stream = {
      info: declared ?? guess,
      ring: known?.ring ?? new SignalRing(this.#settings.signalMs),
      newest: known?.newest,
      declaredAt: known?.declaredAt ?? 0,
      beats: known?.beats ?? [],
      rhythms: known?.rhythms ?? [],
    };
    streams.set(stream, made);
    if (declared === undefined) this.log.add(guess);
    return made;
  }
}

function withoutProvenance(alarm: AlarmEvent): AlarmChange {
  return withoutFields(alarm, ['models', 'source']);
}

function withoutFields<T extends object, K extends keyof T>(value: T, fields: readonly K[]): Omit<T, K> {
  const names = new Set<PropertyKey>(fields);
  return Object.fromEntries(Object.entries(value).filter(([name]) => !names.has(name))) as Omit<T, K>;
}
