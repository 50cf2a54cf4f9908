/** Pairs the decoded and the original windows of audited records. */
import { RECORD } from '../lib/signal/grid.js';
import { FLAG } from '../lib/signal/flags.js';
import type { SignalWindow } from '../lib/wire/index.js';

/** How long an audit waits for its pair, in samples of the stream after the record's end: 30 s at 300 Hz. */
const PATIENCE = 9000;

export type AuditEnd = 'COMPLETE' | 'INCOMPLETE' | 'UNPAIRED';

export interface AuditPair {
  readonly stream: string;
  readonly device: string;
  readonly epoch: number;
  readonly record: number;
  readonly decoded: SignalWindow[];
  readonly originals: SignalWindow[];
}

interface Entry {
  /** Undefined once ended. The entry stays until the record is past: a restart then sees both sides and ends it silently. */
  pair: AuditPair | undefined;
  readonly stream: string;
  readonly epoch: number;
  readonly record: number;
  /** Oldest offset of each topic that this record depends on. */
  readonly offsets: { signals: number | undefined; originals: number | undefined };
  readonly heardAt: number;
}

type Side = 'signals' | 'originals';

interface Place {
  readonly offset: number;
  /** Monotonic milliseconds of this process. Record timestamps come from decoders, whose clocks may differ by minutes. */
  readonly heardAt: number;
}

/** Monotonic milliseconds of silence after which a pair that waits on the stream is given up. */
const FORGET_MS = 600_000;

export class AuditPairs {
  readonly #entries = new Map<string, Entry>();
  /** End of each stream's decoded windows so far (model samples), and when the newest arrived. */
  readonly #progress = new Map<string, { epoch: number; to: number; heardAt: number }>();
  #replayed = false;

  /** Takes a window again after a restart, in any interleaving of the topics. Pairs that ended before stay ended. */
  replay(side: Side, window: SignalWindow, at: Place): void {
    this.#add(side, window, at);
    if (side === 'signals') this.#advance(window, at);
    this.#replayed = true;
  }

  /** Takes a window, audited or not; returns the pairs that it ended, each once. */
  take(side: Side, window: SignalWindow, at: Place): [AuditEnd, AuditPair][] {
    if (this.#replayed) this.#drop((entry) => this.#isPast(entry));
    this.#replayed = false;
    const completed = this.#add(side, window, at);
    if (side === 'originals') return completed;
    this.#advance(window, at);
    return [...completed, ...this.#drop((entry) => this.#isPast(entry) || this.#isSilent(entry, at.heardAt))];
  }

  /** Oldest offset of the topic that a pair depends on, if the pair is open or may be opened again. */
  lowWater(side: Side): number | undefined {
    let lowest: number | undefined;
    for (const { offsets } of this.#entries.values()) {
      const offset = offsets[side];
      if (offset !== undefined) lowest = Math.min(lowest ?? offset, offset);
    }
    return lowest;
  }

  #add(side: Side, window: SignalWindow, at: Place): [AuditEnd, AuditPair][] {
    if ((window.flags & FLAG.AUDITED) === 0) return [];
    const { stream, device, epoch } = window;
    const record = Math.floor(window.start / RECORD);
    const key = `${stream}\n${epoch}\n${record}`;
    let entry = this.#entries.get(key);
    if (entry === undefined) {
      // These originals arrived after the patience: the record has already ended.
      if (this.#isPast({ stream, epoch, record })) return [];
      const pair = { stream, device, epoch, record, decoded: [], originals: [] };
      const offsets = { signals: undefined, originals: undefined };
      entry = { pair, stream, epoch, record, offsets, heardAt: at.heardAt };
      this.#entries.set(key, entry);
    }
    entry.offsets[side] ??= at.offset;
    const { pair } = entry;
    if (pair === undefined) return [];
    (side === 'signals' ? pair.decoded : pair.originals).push(window);
    if (covered(pair.decoded) !== RECORD || covered(pair.originals) !== RECORD) return [];
    entry.pair = undefined;
    return [['COMPLETE', pair]];
  }

  #advance({ stream, epoch, start, length }: SignalWindow, { heardAt }: Place): void {
    this.#progress.set(stream, { epoch, to: start + length, heardAt });
  }

  /** Removes the records that are over; returns the pairs among them that had not ended. */
  #drop(isOver: (entry: Entry) => boolean): [AuditEnd, AuditPair][] {
    const ended: [AuditEnd, AuditPair][] = [];
    for (const [key, entry] of this.#entries) {
      if (!isOver(entry)) continue;
      this.#entries.delete(key);
      if (entry.pair === undefined) continue;
      const { decoded, originals } = entry.pair;
      const cut = decoded.length > 0 && originals.length > 0 && covered(decoded) !== RECORD;
      ended.push([cut ? 'INCOMPLETE' : 'UNPAIRED', entry.pair]);
    }
    return ended;
  }

  #isSilent({ stream, heardAt }: Entry, now: number): boolean {
    return now - Math.max(heardAt, this.#progress.get(stream)?.heardAt ?? heardAt) > FORGET_MS;
  }

  /** Whether the patience for a record is over. It also applies after a later epoch has begun, since originals may lag behind. */
  #isPast({ stream, epoch, record }: Pick<Entry, 'stream' | 'epoch' | 'record'>): boolean {
    const progress = this.#progress.get(stream);
    if (progress === undefined) return false;
    if (progress.epoch > epoch) return progress.to > PATIENCE;
    return progress.epoch === epoch && progress.to > (record + 1) * RECORD + PATIENCE;
  }
}

function covered(windows: readonly SignalWindow[]): number {
  return windows.reduce((sum, { length }) => sum + length, 0);
}
