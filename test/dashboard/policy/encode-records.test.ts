/** A preview is only as good as its coding: that of the edge, on whole records out of ecg.originals. */
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { encodeRecords, type RecordEncoder } from '../../../src/dashboard/policy/encode-records.js';
import { lostByCoding } from '../../../src/dashboard/policy/measure-records.js';
import { wholeRecord, type OriginalRecord } from '../../../src/dashboard/policy/originals.js';
import type { ChoiceLimits } from '../../../src/lib/codec/choose.js';
import { encodePieceCodes } from '../../../src/lib/codec/window-encoder.js';
import { openCodec, type OfflineCodec } from '../../../src/lib/offline/codec.js';
import { loadTasks } from '../../../src/lib/offline/tasks.js';
import { SynthesisPredictor } from '../../../src/lib/prediction/synthesis.js';
import type { Inference } from '../../../src/lib/tasks/inference.js';
import { SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { RECORD } from '../../../src/lib/signal/grid.js';
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import { ownSamples, type CutPiece } from '../../../src/lib/signal/pieces.js';
import { readRecording } from '../../../src/lib/signal/wfdb/index.js';
import type { SignalWindow } from '../../../src/lib/wire/index.js';
import { evaluateAudit } from '../../../src/tasks-stream/audit-evaluation.js';
import { SAMPLES } from '../../lib/wire/samples.js';
import { MODELS } from '../../models.js';

let codec: OfflineCodec;
let inference: Inference;
let pieces: CutPiece[];
let lead: { rate: number; gain: number; baseline: number };
let windows: SignalWindow[];
let record: OriginalRecord;

beforeAll(async () => {
  codec = await openCodec(join(MODELS, 'codec'));
  ({ inference } = await loadTasks(MODELS));
  const [first] = (await readRecording(join(SHIPPED_SAMPLES, 'mitdb-100-normal'), { strict: true, to: 40 * 360 }))
    .leads;
  if (first === undefined) throw new Error('no lead');
  lead = { rate: first.rate, gain: first.gain, baseline: first.baseline };
  pieces = [...cutPieces(first.samples, first)].filter(({ start }) => start < RECORD);
  windows = pieces.map((piece) => {
    const samples = Buffer.from(ownSamples(piece).buffer);
    const { start, length, firstIndex } = piece;
    return { ...SAMPLES['ecg.signals'], stream: 's', epoch: 0, start, length, firstIndex, samples, ...lead };
  });
  const whole = wholeRecord(windows);
  if (whole === undefined) throw new Error('no whole record');
  record = whole;
}, 120_000);

const encoder = (): RecordEncoder => {
  const { ladder, encode, decode } = codec;
  const synthesis = new SynthesisPredictor({ ladder, decode, inference });
  return { ladder, encode, choose: (asked) => synthesis.choose(asked) };
};
const limitsAt = (rhythm: number): ChoiceLimits => ({
  bounds: { rhythm, peaks: 0.1, reconstruction: Infinity },
  tau: 1,
  rungs: undefined,
});

it('codes what comes out of the topic as the edge coded it', async () => {
  const limits = limitsAt(0.5);
  const edge = await encodePieceCodes(
    pieces.map((piece) => ({ piece, stream: 's', lead, limits })),
    encoder(),
  );
  const [coded] = await encodeRecords([record], limits, encoder());
  // The edge's last window saw the samples behind the record, too; the topic holds the record alone.
  const bytes = (from: number, to: number): number =>
    edge.slice(from, to).reduce((sum, { code }) => sum + code.payload.length, 0);
  expect(edge.slice(0, 4).every(({ code }) => code.rung.kind !== 'lossless')).toBe(true);
  expect(Math.abs((coded?.payloadBytes ?? 0) - bytes(0, 5))).toBeLessThanOrEqual(2);
  expect(coded?.rungs).toEqual(
    Object.fromEntries(
      [...new Set(edge.map(({ code }) => code.rung.name))].map((name) => [
        name,
        edge.filter(({ code }) => code.rung.name === name).length,
      ]),
    ),
  );
});

it('gives less under a tighter bound, and the lossless bytes where nothing may be promised', async () => {
  const [loose] = await encodeRecords([record], limitsAt(0.75), encoder());
  const [tight] = await encodeRecords([record], limitsAt(1e-9), encoder());
  const [none] = await encodeRecords([record, record], null, encoder());
  expect(loose?.payloadBytes).toBeLessThan(none?.payloadBytes ?? 0);
  expect(tight).toEqual(none);
  expect(none?.rungs).toEqual({ [codec.ladder.lossless.name]: 5 });
});

it.each([
  ['without a window', () => windows.filter((_, i) => i !== 2)],
  ['without the first', () => windows.slice(1)],
  ['without the last', () => windows.slice(0, 4)],
  ['with a hole in its samples', () => windows.map((w, i) => (i < 3 ? w : { ...w, firstIndex: w.firstIndex + 1 }))],
  ['of two rates', () => windows.map((w, i) => (i < 3 ? w : { ...w, rate: w.rate + 1 }))],
  ['that is nothing at all', () => []],
])('a record %s is not whole', (_, of) => {
  expect(wholeRecord(of())).toBeUndefined();
  expect(wholeRecord(windows.toReversed())).toEqual(record);
});

it('measures what an audit of the same segments measures, and nothing where nothing is lost', async () => {
  const [loose] = await encodeRecords([record], limitsAt(0.75), encoder());
  const [none] = await encodeRecords([record], null, encoder());
  if (loose === undefined || none === undefined) throw new Error('no record');
  const meter = { decodeSegments: codec.decodeSegments, inference };
  expect(await lostByCoding(record, none, meter)).toEqual({ rhythmError: 0, peaksError: 0, prdn: 0 });

  const samples = await codec.decodeSegments(loose.segments.map((segment) => ({ ...segment, lead })));
  const decoded = samples.map(({ samples: own, ...rest }, i) => {
    const { start, length } = loose.segments[i]!;
    const bytes = Buffer.from(own.buffer, own.byteOffset, own.byteLength);
    return { ...SAMPLES['ecg.signals'], ...rest, start, length, rung: rest.rung.name, samples: bytes };
  });
  const pair = { stream: 's', device: 'd', epoch: 0, record: 0, decoded, originals: windows };
  const context = { bounds: undefined, models: {}, source: { topic: 't', partition: 0, offset: 0 }, now: 0 };
  const { rhythmError, peaksError, prdn } = await evaluateAudit(['COMPLETE', pair], inference, context);
  expect(prdn).toBeGreaterThan(1);
  expect(await lostByCoding(record, loose, meter)).toEqual({ rhythmError, peaksError, prdn });
});
