import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SignalWindow } from '../../src/lib/wire/index.js';
import { AuditPairs, type AuditEnd, type AuditPair } from '../../src/tasks-stream/audit-pairs.js';
import { EPOCH, nativeWindow } from './windows.js';

type Side = 'signals' | 'originals';
interface Entry {
  readonly side: Side;
  readonly window: SignalWindow;
  readonly offset: number;
}

const FLAT = new Int16Array(200_000);
const window = (sequence: number, over: Partial<SignalWindow> = {}) => nativeWindow(sequence, FLAT, 300, over);

/** Two logs, merged: `lag` windows of the signals come before the original of the first. */
function merged(
  windows: readonly SignalWindow[],
  lag: number,
  lost: (window: SignalWindow) => boolean = () => false,
): Entry[] {
  const entries: Entry[] = [];
  const originals: SignalWindow[] = [];
  let offset = 0;
  const flush = (keep: number): void => {
    while (originals.length > keep) {
      const next = originals.shift();
      if (next !== undefined && !lost(next)) entries.push({ side: 'originals', window: next, offset: offset++ });
    }
  };
  windows.forEach((each, i) => {
    entries.push({ side: 'signals', window: each, offset: i });
    originals.push(each);
    flush(lag);
  });
  flush(0);
  return entries;
}

/** What the task does with a record that was committed long ago, and with a new one. */
function replay(pairs: AuditPairs, { side, window: each, offset }: Entry): void {
  pairs.replay(side, each, { offset, heardAt: 1000 });
}
function process(pairs: AuditPairs, { side, window: each, offset }: Entry, heardAt = 1000): [AuditEnd, AuditPair][] {
  return pairs.take(side, each, { offset, heardAt });
}

const brief = (ended: readonly [AuditEnd, AuditPair][]): string[] =>
  ended.map(([end, { epoch, record }]) => `${end} ${epoch - EPOCH}/${record}`);
const sequence = (count: number, from = 0): SignalWindow[] => Array.from({ length: count }, (_, i) => window(from + i));

describe('audit pairs', () => {
  it.each([0, 1, 4, 5])('are complete once both sides have the record, originals %i windows behind', (lag) => {
    const pairs = new AuditPairs();
    const ended = merged(sequence(15), lag).flatMap((entry) => process(pairs, entry));
    expect(brief(ended)).toEqual(['COMPLETE 0/0', 'COMPLETE 0/1', 'COMPLETE 0/2']);
    for (const [, { decoded, originals }] of ended) expect([decoded.length, originals.length]).toEqual([5, 5]);
  });

  it('are complete too where windows came as pieces', () => {
    const pieces = sequence(5).flatMap((whole) => [
      { ...whole, length: 256 },
      { ...whole, start: whole.start + 256, length: 1536 },
    ]);
    const pairs = new AuditPairs();
    expect(brief(merged(pieces, 0).flatMap((entry) => process(pairs, entry)))).toEqual(['COMPLETE 0/0']);
  });

  it('that a gap cut are INCOMPLETE, those without originals UNPAIRED, 30 s after the record', () => {
    const pairs = new AuditPairs();
    const cut = sequence(16).filter((each) => each.sequence !== 2);
    const noOriginals = (each: SignalWindow): boolean => Math.floor(each.sequence / 5) === 1;
    const ended = merged(cut, 0, noOriginals).flatMap((entry) =>
      process(pairs, entry).map(([end, pair]) => [brief([[end, pair]])[0], entry.window.sequence]),
    );
    // Samples 5 * 1792 + 9000 lie in window 10, 10 * 1792 + 9000 in window 15.
    expect(ended).toEqual([
      ['INCOMPLETE 0/0', 10],
      ['COMPLETE 0/2', 14],
      ['UNPAIRED 0/1', 15],
    ]);
  });

  it('end one time: originals that come too late open nothing again', () => {
    const pairs = new AuditPairs();
    const ended = merged(sequence(40), 12).flatMap((entry) => process(pairs, entry));
    const records = ended.map(([, { record }]) => record);
    expect(records).toEqual([...new Set(records)]);
    expect(ended.slice(0, 3).map(([end]) => end)).toEqual(['UNPAIRED', 'UNPAIRED', 'UNPAIRED']);
  });

  it('of an epoch that was left wait out the patience of the new one', () => {
    const pairs = new AuditPairs();
    const later = sequence(8).map((each) => ({ ...each, epoch: EPOCH + 1 }));
    const entries = [...merged(sequence(3), 0), ...merged(later, 0)];
    expect(brief(entries.flatMap((entry) => process(pairs, entry)))).toEqual(['COMPLETE 1/0', 'INCOMPLETE 0/0']);
  });
});

describe('of a stream that fell silent', () => {
  const FORGET_MS = 600_000;
  const other = (at: number): Entry => ({ side: 'signals', window: window(0, { stream: 'bed-8.1', flags: 0 }), offset: at }); // prettier-ignore

  it('are given up ten minutes after its newest decoded window', () => {
    const pairs = new AuditPairs();
    const log = merged(sequence(8), 8, ({ sequence: own }) => own === 4);
    const ended = log.flatMap((entry, i) => process(pairs, entry, entry.side === 'signals' ? 6000 * i : 48_000));
    const newest = 6000 * 7;
    expect(process(pairs, other(100), newest + FORGET_MS)).toEqual([]);
    ended.push(...process(pairs, other(101), newest + FORGET_MS + 1));
    expect(brief(ended)).toEqual(['UNPAIRED 0/0', 'INCOMPLETE 0/1']);
    expect([pairs.lowWater('signals'), pairs.lowWater('originals')]).toEqual([undefined, undefined]);
  });

  it('are given up where its originals alone go on', () => {
    const pairs = new AuditPairs();
    for (const each of sequence(10)) process(pairs, { side: 'originals', window: each, offset: each.sequence }, 6000 * each.sequence); // prettier-ignore
    expect(brief(process(pairs, other(100), FORGET_MS + 1))).toEqual(['UNPAIRED 0/0']);
  });

  it('are waited for ten minutes more after a restart, and then end', () => {
    const pairs = new AuditPairs();
    for (const entry of merged(sequence(3), 3)) replay(pairs, entry);
    expect(process(pairs, other(100), 1000 + FORGET_MS)).toEqual([]);
    expect(pairs.lowWater('signals')).toBe(0);
    expect(brief(process(pairs, other(101), 1001 + FORGET_MS))).toEqual(['INCOMPLETE 0/0']);
  });

  it('end though nothing was heard since the restart', () => {
    const pairs = new AuditPairs();
    for (const entry of merged(sequence(3), 3)) replay(pairs, entry);
    expect(brief(process(pairs, other(100), 1001 + FORGET_MS))).toEqual(['INCOMPLETE 0/0']);
  });
});

describe('after a restart from the low water', () => {
  const scenario = fc.record({
    windows: fc.integer({ min: 1, max: 30 }),
    lag: fc.nat(9),
    cut: fc.nat(60),
    missing: fc.option(fc.nat(30), { nil: undefined }),
    lostFrom: fc.option(fc.nat(30), { nil: undefined }),
    /** How many of the signals are replayed before the originals. */
    ahead: fc.nat(60),
    /** Offsets before the low water that are replayed too, for the sake of other streams. */
    earlier: fc.nat(20),
  });

  it('ends every record once, with the end that it has without a restart', () => {
    fc.assert(
      fc.property(scenario, ({ windows, lag, cut, missing, lostFrom, ahead, earlier }) => {
        const all = sequence(windows + 15).filter((each) => each.sequence !== missing);
        const lost = (each: SignalWindow): boolean => lostFrom !== undefined && each.sequence === lostFrom;
        const log = merged(all, lag, lost);
        const uninterrupted = new AuditPairs();
        const expected = log.flatMap((entry) => process(uninterrupted, entry));

        const first = new AuditPairs();
        const before = log.slice(0, cut);
        const ended = before.flatMap((entry) => process(first, entry));
        const second = new AuditPairs();
        const replayed = (side: Side): Entry[] => {
          // The context of the stream needs the last six windows of the signals in any case.
          const own = before.filter((entry) => entry.side === side);
          const context = side === 'signals' ? (own.at(-6)?.offset ?? 0) : Infinity;
          const low = Math.min(first.lowWater(side) ?? Infinity, context);
          return own.filter(({ offset }) => offset >= low - earlier);
        };
        const [signals, originals] = [replayed('signals'), replayed('originals')];
        for (const entry of signals.slice(0, ahead)) replay(second, entry);
        for (const entry of originals) replay(second, entry);
        for (const entry of signals.slice(ahead)) replay(second, entry);
        const after = log.slice(cut).flatMap((entry) => process(second, entry));
        expect(brief([...ended, ...after])).toEqual(brief(expected));
      }),
      { numRuns: 500 },
    );
  });
});

describe('the low water', () => {
  it('is the oldest offset of each topic that a record needs, and moves on', () => {
    const pairs = new AuditPairs();
    expect([pairs.lowWater('signals'), pairs.lowWater('originals')]).toEqual([undefined, undefined]);
    const log = merged(sequence(60), 2);
    const lows: number[] = [];
    for (const entry of log) {
      process(pairs, entry);
      lows.push(pairs.lowWater('signals') ?? Infinity);
    }
    // Two records and the patience.
    const newest = log.filter(({ side }) => side === 'signals').at(-1)?.offset ?? 0;
    expect(newest - (lows.at(-1) ?? 0)).toBeLessThanOrEqual(5 + 5 + 6);
    expect(lows).toEqual([...lows].sort((a, b) => a - b));
  });
});
