/**
 * Counts what the topics hold of one gateway, for the demo's table and summary and for the recount that checks the services'
 * own metrics. Uses nothing but records, so that a test can recount from the topics.
 */
import { ElementGains } from '../lib/codec/element-gain.js';
import { batchBytes, type InputRecord } from '../lib/kafka/index.js';
import {
  ChannelTable,
  decode,
  resolveSegments,
  type AlarmEvent,
  type BeatsWindow,
  type RhythmWindow,
  type SegmentFrame,
} from '../lib/wire/index.js';

export const TALLIED_TOPICS = [
  'ecg.segments',
  'ecg.audits',
  'ecg.streams',
  'ecg.signals',
  'ecg.rhythms',
  'ecg.beats',
  'ecg.alarms',
  'ecg.audit-results',
] as const;

export interface BedView {
  readonly device: string;
  rhythm: string;
  rate: number | null;
  rung: string;
  payloadGain: number;
}

/** Stream, epoch and sequence: they identify a window at every stage. */
type WindowKey = string;

export class Tally {
  readonly #gateway: string;
  readonly #nominalGain: (rung: string) => number | null;
  readonly #elements = new ElementGains();
  readonly beds = new Map<string, BedView>();
  readonly alarms: AlarmEvent[] = [];
  readonly rhythms: Record<string, number> = { N: 0, A: 0, O: 0, NOISE: 0, NOT_ENOUGH_SIGNAL: 0 };
  readonly latencies: number[] = [];
  readonly #channels = new ChannelTable();
  /** Frames that arrived before a channel's declaration: records of two topics may arrive in another order than written. */
  #undeclared: SegmentFrame[] = [];
  readonly #sent = new Set<WindowKey>();
  readonly #decoded = new Map<WindowKey, number>();
  readonly #classified = new Map<WindowKey, number>();
  #native = 0;
  #payload = 0;
  #wire = 0;
  #auditWire = 0;
  #elementGains = 0;
  #records = 0;
  #audited = 0;
  #violations = 0;

  /** `nominalGain` returns the gain of a rung by name. Devices of other gateways are not counted. */
  constructor(gateway: string, nominalGain: (rung: string) => number | null) {
    this.#gateway = gateway;
    this.#nominalGain = nominalGain;
  }

  take(record: InputRecord): void {
    switch (record.topic) {
      case 'ecg.segments':
        this.#takeFrame(record);
        break;
      case 'ecg.audits':
        if (record.key?.toString() === this.#gateway) this.#auditWire += wireBytes(record);
        break;
      case 'ecg.streams':
        this.#takeDeclaration(record);
        break;
      case 'ecg.signals':
        this.#takeSignal(record);
        break;
      case 'ecg.rhythms':
        this.#takeRhythm(decode('ecg.rhythms', record.value));
        break;
      case 'ecg.beats':
        this.#takeBeats(decode('ecg.beats', record.value));
        break;
      case 'ecg.alarms': {
        const alarm = decode('ecg.alarms', record.value);
        if (this.#isOurs(alarm.device)) this.alarms.push(alarm);
        break;
      }
      case 'ecg.audit-results': {
        const result = decode('ecg.audit-results', record.value);
        if (!this.#isOurs(result.device) || result.outcome !== 'COMPLETE') break;
        this.#audited++;
        if (result.violated) this.#violations++;
        break;
      }
    }
  }

  get sent(): number {
    return this.#sent.size + this.#unknown;
  }

  /** Windows that have come all the way. */
  get classified(): number {
    return this.#classified.size;
  }

  get audits(): { records: number; violations: number } {
    return { records: this.#audited, violations: this.#violations };
  }

  /** Counts of windows; `duplicated` counts copies beyond the first at any stage. */
  get windows(): { sent: number; decoded: number; classified: number; lost: number; duplicated: number } {
    const copies = (stage: ReadonlyMap<WindowKey, number>): number =>
      [...stage.values()].reduce((sum, count) => sum + count - 1, 0);
    const lost = [...this.#sent].filter((key) => !this.#decoded.has(key) || !this.#classified.has(key)).length;
    return {
      sent: this.sent,
      decoded: this.#decoded.size,
      classified: this.#classified.size,
      lost: lost + this.#unknown,
      duplicated: copies(this.#decoded) + copies(this.#classified),
    };
  }

  /** Wire bytes include the audits, because the total wire gain stands for what is billed. */
  get bytes(): { native: number; payload: number; wire: number } {
    return { native: this.#native, payload: this.#payload, wire: this.#wire + this.#auditWire };
  }

  get gain(): { wireTotal: number | null; payloadTotal: number | null; elementMean: number | null } {
    const { native, payload, wire } = this.bytes;
    const ratio = (a: number, b: number): number | null => (b === 0 ? null : a / b);
    return {
      wireTotal: ratio(native, wire),
      payloadTotal: ratio(native, payload),
      elementMean: ratio(this.#elementGains, this.#records),
    };
  }

  /** Number of segments whose channel is not declared (yet) and which are thus not decoded. */
  get #unknown(): number {
    const declared = (run: number, channel: number): boolean => this.#channels.get(run, channel) !== undefined;
    return this.#undeclared.flatMap(({ run, segments }) => segments.filter(({ channel }) => !declared(run, channel)))
      .length;
  }

  #isOurs(device: string): boolean {
    return device.startsWith(`${this.#gateway}-`);
  }

  #takeFrame(record: InputRecord): void {
    if (record.key?.toString() !== this.#gateway) return;
    this.#wire += wireBytes(record);
    this.#countSent(decode('ecg.segments', record.value));
  }

  #countSent(frame: SegmentFrame): void {
    const resolved = resolveSegments(frame, (run, channel) => this.#channels.get(run, channel));
    for (const known of resolved) {
      if (known !== undefined) this.#sent.add(keyOf(known.segment));
    }
    if (resolved.includes(undefined)) this.#undeclared.push(frame);
  }

  #takeDeclaration({ key, value }: InputRecord): void {
    this.#channels.take(key?.toString() ?? '', value === null ? null : decode('ecg.streams', value));
    const frames = this.#undeclared;
    this.#undeclared = [];
    for (const frame of frames) this.#countSent(frame);
  }

  #takeSignal(record: InputRecord): void {
    const window = decode('ecg.signals', record.value);
    if (!this.#isOurs(window.device)) return;
    count(this.#decoded, keyOf(window));
    this.#native += window.nativeBytes;
    this.#payload += window.payloadBytes;
    const gain = this.#elements.add(window, this.#nominalGain(window.rung));
    if (gain !== undefined) {
      this.#elementGains += gain;
      this.#records++;
    }
    const bed = this.#bed(window.device);
    bed.rung = window.rung;
    bed.payloadGain = window.nativeBytes / Math.max(1, window.payloadBytes);
  }

  #takeRhythm(result: RhythmWindow): void {
    if (!this.#isOurs(result.device)) return;
    count(this.#classified, keyOf(result));
    this.latencies.push(Math.max(0, Date.now() - result.closedAt));
    const said = result.labels.length > 0 ? result.labels : (['NOT_ENOUGH_SIGNAL'] as const);
    for (const label of said) this.rhythms[label] = (this.rhythms[label] ?? 0) + 1;
    const bed = this.#bed(result.device);
    // A last piece without a whole step brings no label and changes nothing; the start of an epoch clears the rhythm.
    if (result.start === 0) bed.rhythm = '…';
    bed.rhythm = result.labels.at(-1) ?? bed.rhythm;
  }

  #takeBeats(beats: BeatsWindow): void {
    if (this.#isOurs(beats.device)) this.#bed(beats.device).rate = beats.rateBpm;
  }

  #bed(device: string): BedView {
    let bed = this.beds.get(device);
    if (bed === undefined) {
      bed = { device, rhythm: '…', rate: null, rung: '', payloadGain: 0 };
      this.beds.set(device, bed);
    }
    return bed;
  }
}

function keyOf({ stream, epoch, sequence }: { stream: string; epoch: number; sequence: number }): WindowKey {
  return `${stream}\n${epoch}\n${sequence}`;
}

function count(stage: Map<WindowKey, number>, key: WindowKey): void {
  stage.set(key, (stage.get(key) ?? 0) + 1);
}

/** Bytes of a frame in the log. Every frame is its own batch, because the edge sends one value at a time. */
function wireBytes({ key, value }: InputRecord): number {
  return batchBytes([{ keyBytes: key?.length ?? null, valueBytes: value?.length ?? null }]);
}
