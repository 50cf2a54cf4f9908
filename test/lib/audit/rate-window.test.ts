import fc from 'fast-check';
import { expect, it } from 'vitest';
import { violationInterval } from '../../../src/lib/audit/interval.js';
import { RateWindow, type AuditedRecord } from '../../../src/lib/audit/rate-window.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Begins a bucket. */
const NOW = Date.UTC(2026, 4, 3, 12);
const record = (minutesAgo: number, over: Partial<AuditedRecord> = {}): AuditedRecord => ({
  stream: 'a',
  at: NOW - minutesAgo * MINUTE,
  violated: [],
  alpha: 0.01,
  ...over,
});

it('counts records and violations by task within an hour and a day, in whatever order they come', () => {
  const window = new RateWindow();
  for (const minutes of [0, 1500, 59, 70, 23.9 * 60]) window.take(record(minutes));
  window.take(record(30, { stream: 'b', violated: ['peaks', 'weighted_sum'], alpha: 0.03 }));
  const hour = window.read(NOW, '1h');
  expect([hour.records, hour.streams, hour.of('peaks').violated, hour.of('rhythm').violated]).toEqual([3, 2, 1, 0]);
  expect(hour.of('any')).toMatchObject({ violated: 1, rate: 1 / 3 });
  expect(hour.allowed).toBeCloseTo(0.05 / 3, 12);
  const day = window.read(NOW, '24h');
  expect([day.records, day.of('weighted_sum').violated]).toEqual([5, 1]);
  expect(day.of('any').interval).toEqual(violationInterval([{ records: 4, violated: 0 }, { records: 1, violated: 1 }])); // prettier-ignore
});

it('knows nothing without records, and no share that is allowed without a policy', () => {
  const window = new RateWindow();
  expect(window.read(NOW, '1h').of('any')).toEqual({ violated: 0, rate: 0, interval: [0, 1] });
  window.take(record(1, { alpha: undefined }));
  expect(window.read(NOW, '1h')).toMatchObject({ records: 1, allowed: 0 });
});

it('empties while nothing comes, and the ring does not bring old counts back', () => {
  const window = new RateWindow();
  window.take(record(0, { violated: ['rhythm'] }));
  expect(window.read(NOW + 65 * MINUTE, '1h').records).toBe(0);
  expect(window.read(NOW + 23 * HOUR, '24h').records).toBe(1);
  expect(window.read(NOW + 24 * HOUR + 5 * MINUTE, '24h')).toMatchObject({ records: 0, streams: 0, allowed: 0 });
  window.take(record(0, { at: NOW + 100 * HOUR }));
  expect(window.read(NOW + 100 * HOUR, '24h').of('rhythm').violated).toBe(0);
});

it('agrees with a count of the records themselves', () => {
  const steps = fc.record({ after: fc.integer({ min: 0, max: 90 }), stream: fc.integer({ min: 0, max: 4 }), bad: fc.boolean() }); // prettier-ignore
  fc.assert(
    fc.property(fc.array(steps, { maxLength: 200 }), (list) => {
      const window = new RateWindow();
      let at = NOW;
      const all = list.map(({ after, stream, bad }) => {
        at += after * MINUTE;
        const own = { stream: String(stream), at, violated: bad ? ['rhythm'] : [], alpha: 0.01 };
        window.take(own);
        return own;
      });
      // A bucket counts whole.
      const from = Math.floor(at / (5 * MINUTE)) * 5 * MINUTE - 24 * HOUR;
      const inside = all.filter((own) => own.at >= from);
      const day = window.read(at, '24h');
      expect(day.records).toBe(inside.length);
      expect(day.of('any').violated).toBe(inside.filter(({ violated }) => violated.length > 0).length);
    }),
  );
});
