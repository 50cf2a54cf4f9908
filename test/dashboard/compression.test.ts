import { join } from 'node:path';
import { expect, it } from 'vitest';
import { Compression } from '../../src/dashboard/compression.js';
import { readLadder } from '../../src/lib/codec/ladder.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { MODELS } from '../models.js';
import { auditResultOf } from '../tasks-stream/audit-results.js';

const HOUR = 3_600_000;
const NOW = Date.UTC(2026, 4, 10, 12);
const ladder = readLadder(await readManifest(join(MODELS, 'codec')));

it('reports the rates of an hour and a day, and the errors of the 500 newest complete audits', () => {
  const compression = new Compression(ladder, NOW - HOUR);
  // Thirty hours, an audit every two minutes, every tenth above its bound, every fifth incomplete.
  for (let i = 0; i < 900; i++) {
    compression.takeAudit(
      auditResultOf({
        stream: `${i % 7}`,
        evaluatedAt: NOW - 30 * HOUR + 120_000 * i,
        violated: i % 10 === 0,
        outcome: i % 5 === 4 ? 'INCOMPLETE' : 'COMPLETE',
        rhythmError: i,
        peaksError: i / 2,
        predicted: [[i, 1], [i + 1, 2], []],
        bounds: { rhythm: i, peaks: 0.1, reconstruction: null, weightedSum: null, tasks: null },
      }),
    );
  }
  const { violations, errors } = compression.report(NOW);
  expect(violations).toMatchObject([
    { hours: 1, records: 24, violated: 3 },
    { hours: 24, records: 576, violated: 72 },
  ]);
  expect(violations[1]?.interval?.[0]).toBeGreaterThan(0);
  expect(errors.rhythm.bound).toBe(898);
  expect(errors.rhythm.records).toHaveLength(500);
  expect(errors.rhythm.records.at(-1)).toEqual({ predicted: 899, true: 898 });
  expect(errors.rhythm.records[0]).toEqual({ predicted: 276, true: 275 });
  expect(errors.peaks.records.at(-1)).toEqual({ predicted: 2, true: 449 });
});

it('shows no errors of audits that are more than a day old', () => {
  const compression = new Compression(ladder, NOW - HOUR);
  for (const hours of [40, 30, 20]) compression.takeAudit(auditResultOf({ evaluatedAt: NOW - hours * HOUR }));
  expect(compression.report(NOW).errors.peaks.records).toHaveLength(3);
  compression.takeAudit(auditResultOf({ evaluatedAt: NOW, peaksError: 0.5 }));
  const { violations, errors } = compression.report(NOW);
  expect(errors.peaks.records.map((one) => one.true)).toEqual([0.001, 0.5]);
  expect(violations.map(({ records }) => records)).toEqual([1, 2]);
});
