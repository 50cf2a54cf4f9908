/** Brings the decoded and the original windows of audited records together. */
import { RECORD } from '../lib/signal/grid.js';
import type { SignalWindow } from '../lib/wire/index.js';

/** An audit waits this long for its pair, in samples of the stream after the record's end: 30 s at 300 Hz. */
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

interface Open extends AuditPair {
  /** Oldest offset by topic that this record depends on. */
  readonly offsets: { signals: number | undefined; originals: number | undefined };
  timestamp: number;
}

type Side = 'signals' | 'originals';
/** A pair that waits on a silent stream is given up after this, wall milliseconds by the records' timestamps. */
const FORGET_MS = 600_000;

export class AuditPairs {
  readonly #open = new Map<string, Open>();
  /** Records whose beginning lies before a replay's low-water offset: they had ended before. */
  readonly #ended = new Set<string>();
  readonly #progress = new Map<string, { epoch: number; to: number }>();
  #newest = 0;

  /** Takes a window again after a restart. A record that does not begin with it had ended before the low-water offset. */
  replay(side: Side, window: SignalWindow, at: { readonly offset: number; readonly timestamp: number }): void {
    const record = Math.floor(window.start / RECORD);
    const key = keyOf(window, record);
    if (!this.#open.has(key) && window.start !== record * RECORD) this.#ended.add(key);
    this.add(side, window, at);
  }

  /** Takes a window of an audited record; returns the pairs that this ended. */
  add(
    side: Side,
    window: SignalWindow,
    at: { readonly offset: number; readonly timestamp: number },
  ): [AuditEnd, AuditPair][] {
    const record = Math.floor(window.start / RECORD);
    const key = keyOf(window, record);
    if (this.#ended.has(key)) return [];
    let open = this.#open.get(key);
    if (open === undefined) {
      const { stream, device, epoch } = window;
      const offsets = { signals: undefined, originals: undefined };
      open = { stream, device, epoch, record, decoded: [], originals: [], offsets, timestamp: at.timestamp };
      this.#open.set(key, open);
    }
    (side === 'signals' ? open.decoded : open.originals).push(window);
    open.offsets[side] ??= at.offset;
    this.#newest = Math.max(this.#newest, at.timestamp);
    if (covered(open.decoded) !== RECORD || covered(open.originals) !== RECORD) return [];
    this.#open.delete(key);
    return [['COMPLETE', open]];
  }

  /** Hears of every decoded window, audited or not; returns the pairs that will not become complete any more. */
  advance(window: SignalWindow): [AuditEnd, AuditPair][] {
    this.#progress.set(window.stream, { epoch: window.epoch, to: window.start + window.length });
    const ended: [AuditEnd, AuditPair][] = [];
    for (const [key, open] of this.#open) {
      const progress = this.#progress.get(open.stream);
      const late = progress !== undefined && isPast(open, progress);
      const forgotten = this.#newest - open.timestamp > FORGET_MS;
      if (!late && !forgotten) continue;
      this.#open.delete(key);
      const both = open.decoded.length > 0 && open.originals.length > 0;
      const cut = covered(open.decoded) !== RECORD;
      ended.push([both && cut ? 'INCOMPLETE' : 'UNPAIRED', open]);
    }
    return ended;
  }

  /** Oldest offset of the topic that an open pair depends on. */
  lowWater(side: Side): number | undefined {
    let lowest: number | undefined;
    for (const { offsets } of this.#open.values()) {
      const offset = offsets[side];
      if (offset !== undefined) lowest = Math.min(lowest ?? offset, offset);
    }
    return lowest;
  }
}

/** A later epoch also waits out the patience, since originals may lag behind. */
function isPast({ epoch, record }: Open, progress: { epoch: number; to: number }): boolean {
  const end = (record + 1) * RECORD;
  if (progress.epoch > epoch) return progress.to > PATIENCE;
  return progress.epoch === epoch && progress.to > end + PATIENCE;
}

function keyOf({ stream, epoch }: SignalWindow, record: number): string {
  return `${stream}\n${epoch}\n${record}`;
}

function covered(windows: readonly SignalWindow[]): number {
  return windows.reduce((sum, { length }) => sum + length, 0);
}
