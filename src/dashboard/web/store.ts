/** Everything that the page knows, in bounded memory. After a cut messages may come twice, which all methods tolerate. */
import type { AlarmChange, Audit, BeatsEvent, PageEvent, RhythmEvent, StreamEvent, WindowEvent } from '../protocol.js';
import { tileLead } from '../tile-lead.js';
import { Playback } from './wave/playback.js';
import { dropOlder, addWave, type Wave } from './wave/wave.js';
import { keepEvent, keepLast } from './timeline.js';

/** Device ms of signal held of a lead, for a tile and for the open bed. */
const TILE_MS = 40_000;
const BED_MS = 4 * 60_000;
const TREND_MS = 3_600_000;
const ENDED_KEPT = 200;
const AUDITS_KEPT = 200;
/** Wall ms without a message after which a bed without an open alarm is not shown any more; the server has the same rule. */
const FORGOTTEN_MS = 3_600_000;

export interface StreamView {
  info: StreamEvent;
  newest: WindowEvent | undefined;
  readonly waves: Wave[];
  readonly playback: Playback;
  /** Results of the last hour if the bed is open, otherwise only the newest. */
  readonly rhythms: RhythmEvent[];
  readonly beats: BeatsEvent[];
}

export interface BedView {
  readonly device: string;
  /** All known gateways; one set that all beds share. */
  readonly gateways: ReadonlySet<string>;
  readonly streams: Map<string, StreamView>;
  /** Newest change of each open episode, by its id. */
  readonly alarms: Map<string, AlarmChange>;
  /** Audits; only the open bed has any. */
  audits: Audit[];
  /** Time of the last message about the bed, wall ms of the server. */
  heardAt: number;
}

type Listener<T> = (value: T) => void;

/** Tells several listeners. `on` returns the function that removes the listener. */
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
  /** A bed changed; null: any bed may have changed. */
  readonly bedChanged = new Signal<string | null>();
  /** An alarm began or returned while this page was open, connected or cut off. */
  readonly alarmBegan = new Signal<AlarmChange>();
  readonly alarmsChanged = new Signal<null>();
  readonly #gateways = new Set<string>();
  #open: string | undefined;
  /** Ids of the episodes that were open when the server began to send everything anew. */
  #known: ReadonlySet<string> | undefined;
  #isWhole = false;

  /** Opens a bed: the server then sends everything about it, and all of it is kept. Drops the extra data of the last one. */
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

  /** Drops beds that were silent for an hour. `now`: wall ms of the server. Call it only while the server is connected. */
  forget(now: number): void {
    for (const { device, heardAt, alarms } of this.beds.values()) {
      if (device === this.#open || alarms.size > 0 || now - heardAt < FORGOTTEN_MS) continue;
      this.beds.delete(device);
      this.bedChanged.tell(null);
    }
    this.#gateways.clear();
    for (const { streams } of this.beds.values()) for (const { info } of streams.values()) this.#knowGateway(info);
  }

  /** Prepares for the server to send everything anew. Waveforms stay, because their windows are identified by name. */
  reset(): void {
    if (this.#isWhole) this.#known = new Set([...this.beds.values()].flatMap(({ alarms }) => [...alarms.keys()]));
    this.#isWhole = false;
    for (const bed of this.beds.values()) {
      bed.alarms.clear();
      for (const stream of bed.streams.values()) stream.newest = undefined;
    }
    this.ended.length = 0;
  }

  /** Takes events. `isNew`: false for the state that the server sends a new page. `now`: wall ms of the server. */
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

/** The lead that a tile shows: the first by name that has not stopped. */
export function firstLead({ streams }: BedView): StreamView | undefined {
  return streams.get(tileLead(streams) ?? '');
}

/** Name of the bed, without the gateway's prefix if there is only one gateway: two gateways may use the same names. */
export function bedName({ device, streams, gateways }: BedView): string {
  if (gateways.size > 1) return device;
  const gateway = [...streams.values()][0]?.info.gateway ?? '';
  return gateway !== '' && device.startsWith(`${gateway}-`) ? device.slice(gateway.length + 1) : device;
}

function deviceOf(event: PageEvent): string {
  if (event.kind === 'alarm') return event.change.device;
  return event.kind === 'audit' ? event.result.device : event.device;
}
