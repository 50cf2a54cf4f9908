import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Evidence } from '../../../src/lib/audit/evidence.js';
import { RateWindow, type AuditedRecord } from '../../../src/lib/audit/rate-window.js';
import { neededPast } from '../../../src/lib/audit-results/needed-past.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 4, 10, 12, 34);

const records: fc.Arbitrary<AuditedRecord[]> = fc.array(
  fc.record({
    stream: fc.constantFrom('a', 'b', 'c', 'd'),
    // Often in the same few hours, often at the same time.
    at: fc
      .tuple(fc.constantFrom(0, 1, 23, 24, 25, 26, 27, 50, 100, 160), fc.nat(11))
      .map(([hours, part]) => NOW - hours * HOUR - part * 300_000),
    violated: fc.constantFrom([], [], ['rhythm']),
    alpha: fc.constantFrom(0.01, 0.01, 0.05, undefined),
  }),
  { maxLength: 120 },
);

function figuresOf(read: readonly AuditedRecord[]): unknown {
  const rates = new RateWindow();
  const evidence = (['record', 'stream'] as const).map((kind) => new Evidence(kind));
  for (const record of [...read].sort((x, y) => x.at - y.at)) {
    rates.take(record);
    const { stream, at, violated, alpha } = record;
    if (alpha !== undefined) for (const own of evidence) own.take({ stream, at, alpha, violated: violated.length > 0 });
  }
  const windows = (['1h', '24h'] as const).map((window) => {
    const { of, ...rest } = rates.read(NOW, window);
    return { ...rest, any: of('any').violated, rhythm: of('rhythm').rate };
  });
  return [windows, evidence.map((own) => own.read(NOW))];
}

it('leaves every rate and all evidence as they are, in whatever order the records are read', () => {
  fc.assert(
    fc.property(records, (read) => {
      expect(figuresOf(read.filter(neededPast(NOW - 25 * HOUR)))).toEqual(figuresOf(read));
    }),
    { numRuns: 300 },
  );
});

it('keeps of an old hour one record a stream where they come in order, and all of the last day', () => {
  const isNeeded = neededPast(NOW - 25 * HOUR);
  const kept = (hoursAgo: number): number => {
    const from = Math.floor(NOW / HOUR - hoursAgo) * HOUR;
    const hour = Array.from({ length: 240 }, (_, i) => ({ stream: `${i % 2}`, at: from + 15_000 * i, alpha: 0.01 }));
    return hour.filter(isNeeded).length;
  };
  expect([kept(160), kept(100), kept(26)]).toEqual([2, 2, 2]);
  expect(kept(2)).toBe(240);
});
