import { expect, it } from 'vitest';
import { chooseRecords, sumByStream } from '../../../src/dashboard/policy/preview.js';
import type { Audit } from '../../../src/dashboard/protocol.js';
import { SAMPLES } from '../../lib/wire/samples.js';

const audit = (stream: string, record: number, over: Partial<Audit> = {}): Audit => ({
  ...SAMPLES['ecg.audit-results'],
  ...{ stream, device: stream, epoch: 1, record, outcome: 'COMPLETE', evaluatedAt: 1000 + record },
  ...{ nativeBytes: 20_000, payloadBytes: 500 },
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

it('sums bytes and rungs by stream', () => {
  const sums = sumByStream([
    [audit('b', 0), { payloadBytes: 100, rungs: { x: 5 } }],
    [audit('a', 0), { payloadBytes: 200, rungs: { x: 4, lossless: 1 } }],
    [audit('a', 1), { payloadBytes: 300, rungs: { x: 5 } }],
  ]);
  const a = { stream: 'a', device: 'a', records: 2, nativeBytes: 40_000, sentBytes: 1000, payloadBytes: 500 };
  expect(sums).toEqual([
    { ...a, rungs: { x: 9, lossless: 1 } },
    { stream: 'b', device: 'b', records: 1, nativeBytes: 20_000, sentBytes: 500, payloadBytes: 100, rungs: { x: 5 } },
  ]);
});
