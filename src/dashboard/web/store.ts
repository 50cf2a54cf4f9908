/** What the page knows, in bounded memory. Messages come twice after a cut: everything here takes that. */
import type { AlarmChange, Audit, BeatsEvent, PageEvent, RhythmEvent, StreamEvent, WindowEvent } from '../protocol.js';
import { tileLead } from '../tile-lead.js';
import { Playback } from './wave/playback.js';
import { dropOlder, addWave, type Wave } from './wave/wave.js';
import { keepEvent, keepLast } from './timeline.js';

/** Device ms of signal held of a lead: of a tile, and of a bed that is open. */
const TILE_MS = 40_000;
const BED_MS = 4 * 60_000;
const TREND_MS = 3_600_000;
const ENDED_KEPT = 200;
const AUDITS_KEPT = 200;
/** Without a word and without an open alarm for so long, a bed is not shown any more: the server's rule. Wall ms. */
const FORGOTTEN_MS = 3_600_000;

export interface StreamView {
  info: StreamEvent;
  newest: WindowEvent | undefined;
  readonly waves: Wave[];
  readonly playback: Playback;
  /** The last hour of the bed that is open; the newest alone of every other. */
  readonly rhythms: RhythmEvent[];
  readonly beats: BeatsEvent[];
}

export interface BedView {
  readonly device: string;
  /** Those that are known: of all beds, one set. */
  readonly gateways: ReadonlySet<string>;
  readonly streams: Map<string, StreamView>;
  /** Newest change of each open episode, by its id. */
  readonly alarms: Map<string, AlarmChange>;
  /** Of the bed that is open. */
  audits: Audit[];
  /** Wall ms when anything was told of it. */
  heardAt: number;
}

type Listener<T> = (value: T) => void;

/** Tells several listeners; each stops by what it gets back. */
export class Signal<T> {
  readonly #listeners = new Set<Listener<T>>();
  on(listener: Listener<T>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
  tell(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }
}

export class Store {
  readonly beds = new Map<string, BedView>();
  readonly ended: AlarmChange[] = [];
  /** A bed changed; null: any may have. */
  readonly bedChanged = new Signal<string | null>();
  /** An alarm began or came back while this page was looking, or while it was cut off. */
  readonly alarmBegan = new Signal<AlarmChange>();
  readonly alarmsChanged = new Signal<null>();
  readonly #gateways = new Set<string>();
  #open: string | undefined;
  /** Ids of the episodes that were open when the server began to tell everything anew. */
  #known: ReadonlySet<string> | undefined;
  #isWhole = false;

  /** The bed that is looked at: of it the server tells everything, and as much is kept. What is held of the last one goes. */
  open(device: string | undefined): void {
    const last = this.beds.get(this.#open ?? '');
    this.#open = device;
    if (last === undefined || last.device === device) return;
    last.audits = [];
    for (const { waves, rhythms, beats } of last.streams.values()) {
      dropOlder(waves, TILE_MS);
      keepLast(rhythms);
      keepLast(beats);
    }
  }

  /** Beds of which nothing was heard for an hour go. `now`: wall ms of the server; call only while it is heard. */
  forget(now: number): void {
    for (const { device, heardAt, alarms } of this.beds.values()) {
      if (device === this.#open || alarms.size > 0 || now - heardAt < FORGOTTEN_MS) continue;
      this.beds.delete(device);
      this.bedChanged.tell(null);
    }
    this.#gateways.clear();
    for (const { streams } of this.beds.values()) for (const { info } of streams.values()) this.#knowGateway(info);
  }

  /** The server tells everything anew. Waveforms stay: their windows are known by name. */
  reset(): void {
    if (this.#isWhole) this.#known = new Set([...this.beds.values()].flatMap(({ alarms }) => [...alarms.keys()]));
    this.#isWhole = false;
    for (const bed of this.beds.values()) {
      bed.alarms.clear();
      for (const stream of bed.streams.values()) stream.newest = undefined;
    }
    this.ended.length = 0;
  }

  /** `isNew`: false for what the server tells a page that begins. `now`: wall ms of the server. */
  take(events: readonly PageEvent[], isNew: boolean, now: number): void {
    for (const event of events) this.#takeOne(event, isNew);
    if (!isNew) {
      this.#known = undefined;
      this.#isWhole = true;
    }
    for (const device of new Set(events.map(deviceOf))) {
      const bed = this.beds.get(device);
      if (bed !== undefined) bed.heardAt = now;
      this.bedChanged.tell(device);
    }
    if (events.some(({ kind }) => kind === 'alarm') || !isNew) this.alarmsChanged.tell(null);
  }

  takeWave(wave: Wave, now: number): void {
    const { device } = wave;
    const stream = this.#stream(device, wave.stream);
    if (!addWave(stream.waves, wave, device === this.#open ? BED_MS : TILE_MS)) return;
    stream.playback.take(wave, now);
    this.bedChanged.tell(device);
  }

  bed(device: string): BedView {
    let bed = this.beds.get(device);
    if (bed === undefined) {
      bed = { device, gateways: this.#gateways, streams: new Map(), alarms: new Map(), audits: [], heardAt: 0 };
      this.beds.set(device, bed);
      this.bedChanged.tell(null);
    }
    return bed;
  }

  #takeOne(event: PageEvent, isNew: boolean): void {
    switch (event.kind) {
      case 'stream':
        this.#stream(event.device, event.stream).info = event;
        this.#knowGateway(event);
        break;
      case 'window': {
        const stream = this.#stream(event.device, event.stream);
        if (stream.newest === undefined || event.endAt >= stream.newest.endAt) stream.newest = event;
        break;
      }
      case 'rhythm': {
        const stream = this.#stream(event.device, event.stream);
        keepEvent(stream.rhythms, event, (one) => one.epoch + one.start / 0.3, TREND_MS);
        if (event.device !== this.#open) keepLast(stream.rhythms);
        break;
      }
      case 'beats': {
        const stream = this.#stream(event.device, event.stream);
        keepEvent(stream.beats, event, (one) => one.epoch + one.from / 0.3, TREND_MS);
        if (event.device !== this.#open) keepLast(stream.beats);
        break;
      }
      case 'alarm':
        this.#takeAlarm(event.change, isNew);
        break;
      case 'audit': {
        const bed = this.bed(event.result.device);
        if (bed.device !== this.#open) break;
        const { stream, epoch, record } = event.result;
        const others = bed.audits.filter(
          (one) => one.stream !== stream || one.epoch !== epoch || one.record !== record,
        );
        bed.audits = [...others, event.result].slice(-AUDITS_KEPT);
        break;
      }
    }
  }

  #takeAlarm(change: AlarmChange, isNew: boolean): void {
    const { alarms } = this.bed(change.device);
    if (change.state === 'ENDED') {
      alarms.delete(change.id);
      if (this.ended.some(({ id }) => id === change.id)) return;
      this.ended.push(change);
      if (this.ended.length > ENDED_KEPT) this.ended.shift();
      return;
    }
    alarms.set(change.id, change);
    const began = isNew
      ? change.reason === 'ONSET' || change.reason === 'RETURNED'
      : this.#known !== undefined && !this.#known.has(change.id);
    if (began) this.alarmBegan.tell(change);
  }

  #knowGateway({ gateway }: StreamEvent): void {
    if (gateway !== '') this.#gateways.add(gateway);
  }

  #stream(device: string, stream: string): StreamView {
    const { streams } = this.bed(device);
    let view = streams.get(stream);
    if (view === undefined) {
      const info = { kind: 'stream', stream, device, gateway: '', lead: '', clockRate: 1, calibrated: true } as const;
      view = { info, newest: undefined, waves: [], playback: new Playback(), rhythms: [], beats: [] };
      streams.set(stream, view);
    }
    return view;
  }
}

/** The first lead by name that goes on: what a tile shows. */
export function firstLead({ streams }: BedView): StreamView | undefined {
  return streams.get(tileLead(streams) ?? '');
}

/** The bed's name, without its gateway's in front where there is no other: two gateways may call their beds alike. */
export function bedName({ device, streams, gateways }: BedView): string {
  if (gateways.size > 1) return device;
  const gateway = [...streams.values()][0]?.info.gateway ?? '';
  return gateway !== '' && device.startsWith(`${gateway}-`) ? device.slice(gateway.length + 1) : device;
}

function deviceOf(event: PageEvent): string {
  if (event.kind === 'alarm') return event.change.device;
  return event.kind === 'audit' ? event.result.device : event.device;
}
