import { expect, it } from 'vitest';
import { chooseRecords } from '../../../src/dashboard/policy/preview.js';
import { intervalOf, sumByStream, sumsOf } from '../../../src/dashboard/policy/preview-sums.js';
import type { TriedRecord } from '../../../src/dashboard/policy/preview.worker.js';
import type { Audit } from '../../../src/dashboard/protocol.js';
import { SAMPLES } from '../../lib/wire/samples.js';

const audit = (stream: string, record: number, over: Partial<Audit> = {}): Audit => ({
  ...SAMPLES['ecg.audit-results'],
  stream,
  device: stream,
  epoch: 1,
  record,
  outcome: 'COMPLETE',
  evaluatedAt: 1000 + record,
  nativeBytes: 20_000,
  payloadBytes: 500,
  ...over,
});
const all = new Set(['a', 'b']);

it('takes the newest of each stream, in turn, and nothing that is cut, foreign or there twice', () => {
  const audits = [
    ...[0, 1, 2].map((n) => audit('a', n)),
    audit('b', 0),
    audit('b', 1, { outcome: 'INCOMPLETE' }),
    audit('c', 0),
    audit('a', 2),
  ];
  const names = chooseRecords(audits, all).map(({ stream, record }) => `${stream}${record}`);
  expect(names).toEqual(['a2', 'b0', 'a1', 'a0']);
});

it('is bounded, by stream and altogether', () => {
  const many = Array.from({ length: 30 }, (_, n) => audit('a', n));
  expect(chooseRecords(many, all)).toHaveLength(8);
  const streams = Array.from({ length: 100 }, (_, i) => `s${i}`);
  const wide = streams.map((stream) => audit(stream, 0));
  expect(chooseRecords(wide, new Set(streams))).toHaveLength(64);
});

const tried = (over: Partial<TriedRecord>): TriedRecord => ({
  payloadBytes: 100,
  rungs: { x: 5 },
  rhythmError: 0.1,
  peaksError: 0.01,
  prdn: 10,
  ...over,
});
const limits = { bounds: { rhythm: 0.3, peaks: 0.1, reconstruction: Infinity } };

it('sums bytes, rungs and errors by stream', () => {
  const sums = sumByStream(
    [
      [audit('b', 0), tried({})],
      [audit('a', 0), tried({ payloadBytes: 200, rungs: { x: 4, lossless: 1 }, rhythmError: 0.3, prdn: 20 })],
      [audit('a', 1), tried({ payloadBytes: 300, rhythmError: 0.5 })],
    ],
    limits,
  );
  expect(sums.map(({ stream }) => stream)).toEqual(['a', 'b']);
  expect(sums[0]).toEqual({
    stream: 'a',
    records: 2,
    nativeBytes: 40_000,
    sentBytes: 1000,
    payloadBytes: 500,
    rungs: { x: 9, lossless: 1 },
    rhythm: { mean: 0.4, largest: 0.5 },
    peaks: { mean: 0.01, largest: 0.01 },
    prdn: { mean: 15, largest: 20 },
    above: { any: 1, rhythm: 1, peaks: 0 },
  });
  expect(sums[1]).toMatchObject({ records: 1, sentBytes: 500, payloadBytes: 100, above: { any: 0 } });
});

it('counts as an audit does: the weighted sum, and what is no number, are above a bound too', () => {
  const sum = { bounds: { ...limits.bounds, weightedSum: { weights: { rhythm: 1, peaks: 1 }, bound: 0.2 } } };
  const records = [{}, { rhythmError: 0.25 }, { peaksError: 0.2 }, { rhythmError: Number.NaN }].map(
    (over, i) => [audit(`s${i}`, 0), tried(over)] as const,
  );
  expect(sumsOf(records, sum).above).toEqual({ any: 3, rhythm: 1, peaks: 1 });
  expect(sumsOf(records, sum).rhythm).toBeNull();
  // Everything losslessly: nothing is bounded, and what is no number counts all the same.
  expect(sumsOf(records, null).above.any).toBe(1);
  const [low = NaN, high = NaN] = intervalOf(records, sum) ?? [];
  expect(low).toBeLessThan(0.75);
  expect(high).toBeGreaterThan(0.75);
  expect(sumsOf([], null)).toMatchObject({ records: 0, rhythm: null });
  expect(intervalOf([], null)).toBeNull();
});
