import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isLossy, readSegment, runLossy, type DecodedSamples } from '../../src/lib/codec/window-decoder.js';
import type { RecordedStream } from '../../src/edge-producer/sources.js';
import type { RecordRule } from '../../src/edge-producer/record-rules.js';
import { encodePieces, type EncodedPiece, type SegmentEncoderOptions } from '../../src/edge-producer/segments.js';
import type { ChoiceLimits } from '../../src/lib/codec/choose.js';
import { readLadder } from '../../src/lib/codec/ladder.js';
import { measureScale } from '../../src/lib/codec/window-scale.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { WINDOW } from '../../src/lib/signal/grid.js';
import { MISSING } from '../../src/lib/signal/types.js';
import { FLAG } from '../../src/lib/signal/flags.js';
import type { StreamInfo } from '../../src/lib/wire/index.js';
import { MODELS } from '../models.js';
import { decoderWorker, edgeWorker } from '../workers.js';
import { closedPieces, EPOCH, sampleStream } from './streams.js';

/** Predictions are taken at their word here, however far the shipped predictor is to be trusted. */
const ladder = { ...readLadder(await readManifest(join(MODELS, 'codec'))), tau: 1 };
const edge = edgeWorker();
const encode: SegmentEncoderOptions['encode'] = (windows, n) => edge.call('encode', { windows, n });
const decoder = decoderWorker();
const normal = await sampleStream('A04040');
const mitdb = await sampleStream('mitdb-100-normal');
const cut = (source: RecordedStream, from: number, to: number): RecordedStream => ({
  ...source,
  lead: { ...source.lead, samples: source.lead.samples.slice(from, to) },
});

const ANY = { rhythm: 1e9, peaks: 1e9, reconstruction: Infinity };
const NONE = { ...ANY, rhythm: 1e-12, peaks: 1e-12 };

const ruleOf = (limits: Partial<ChoiceLimits> = {}): RecordRule => ({
  policyVersion: 7,
  audited: false,
  tasksOnOriginal: false,
  limits: { bounds: ANY, tau: 1, rungs: undefined, ...limits },
});

function encodeAll(source: RecordedStream, rule: RecordRule | SegmentEncoderOptions['ruleOf'] = ruleOf()) {
  return encodePieces(closedPieces(source), { ladder, encode, ruleOf: typeof rule === 'function' ? rule : () => rule });
}

const infoOf = ({ stream, device, lead }: RecordedStream): StreamInfo => ({
  stream,
  device,
  gateway: 'ward-3',
  ward: null,
  lead: lead.name,
  unit: 'mV',
  gain: lead.gain,
  baseline: lead.baseline,
  rate: lead.rate,
  calibrated: true,
  model: ladder.hash,
  clockRate: 1,
  declaredAt: EPOCH,
  channels: [],
});

async function decoded(source: RecordedStream, segment: EncodedPiece['segment']): Promise<DecodedSamples> {
  const read = readSegment(ladder, segment, infoOf(source));
  if (!isLossy(read)) return read;
  const codec = ladder.id.toString('hex');
  const decode: Parameters<typeof runLossy>[1] = (rung, latents, n) =>
    decoder.call('decode', { codec, rung, latents, n });
  const [lossy] = await runLossy([read], decode);
  if (lossy === undefined || lossy instanceof Error) throw lossy ?? new Error('nothing was decoded');
  return lossy;
}

function native({ lead }: RecordedStream, { closed: { piece } }: EncodedPiece): Int16Array {
  return Int16Array.from(lead.samples.subarray(piece.firstIndex, piece.firstIndex + piece.count));
}

describe('segments', () => {
  it('of whole windows take the largest gain when every bound is kept', async () => {
    const encoded = await encodeAll(normal);
    const whole = encoded.filter(({ closed }) => closed.piece.whole);
    expect(whole.length).toBeGreaterThanOrEqual(5);
    for (const piece of whole) {
      expect(ladder.rungs[piece.segment.rung]).toMatchObject({ name: piece.rung });
      expect(piece.rung).not.toBe('lossless');
      // For calibration, which knows the true errors of audited records alone.
      expect([piece.predicted?.length, piece.segment.predicted]).toEqual([2, null]);
      const native16 = 2 * piece.closed.piece.count;
      expect(native16 / piece.segment.payload.length).toBeGreaterThan(20);
      const { samples, rate } = await decoded(normal, piece.segment);
      expect([samples.length, rate]).toEqual([WINDOW, 300]);
    }
  });

  it('go losslessly, bit for bit, when no bound can be kept, at any rate', async () => {
    for (const source of [cut(normal, 0, 4000), cut(mitdb, 0, 7200)]) {
      const encoded = await encodeAll(source, ruleOf({ bounds: NONE }));
      for (const piece of encoded) {
        expect(piece).toMatchObject({ segment: { rung: ladder.lossless.index }, predicted: null });
        const { samples, firstIndex } = await decoded(source, piece.segment);
        expect(samples).toEqual(native(source, piece));
        expect(firstIndex).toBe(piece.closed.piece.firstIndex);
      }
    }
  });

  it('go by the limits of their record: no limits, losslessly; some rungs, by one of them; and say the policy', async () => {
    const allowed = new Set([1, 2]);
    const encoded = await encodeAll(cut(mitdb, 0, 32_000), (_, __, start) =>
      start < 8960 ? { ...ruleOf(), limits: null, policyVersion: 0 } : ruleOf({ rungs: allowed }),
    );
    expect(encoded.length).toBeGreaterThan(10);
    for (const { closed, segment } of encoded.filter(({ closed: { piece } }) => piece.whole)) {
      const first = closed.piece.start < 8960;
      expect(segment.policyVersion).toBe(first ? 0 : 7);
      expect(first ? segment.rung === ladder.lossless.index : allowed.has(segment.rung)).toBe(true);
    }
  });

  it('are chosen by both bounds, and by that of their weighted sum', async () => {
    const first = cut(normal, 0, WINDOW);
    const [any] = await encodeAll(first);
    const [rhythm = 0, peaks = 0] = any?.predicted ?? [];
    for (const bounds of [
      { ...ANY, rhythm: rhythm / 2 },
      { ...ANY, peaks: peaks / 2 },
      { ...ANY, weightedSum: { weights: { rhythm: 1, peaks: 2 }, bound: 0.99 * (rhythm + 2 * peaks) } },
    ]) {
      const [piece] = await encodeAll(first, ruleOf({ bounds }));
      expect(piece?.rung).not.toBe(any?.rung);
    }
  });

  it('that a gap or the end cuts go losslessly and say so', async () => {
    const samples = mitdb.lead.samples.slice(0, 7000);
    samples.fill(MISSING, 3000, 3100);
    const source = { ...mitdb, lead: { ...mitdb.lead, samples } };
    const encoded = await encodeAll(source);
    const kinds = encoded.map(({ rung, segment }) => [rung === 'lossless', segment.flags & (FLAG.MISSING | FLAG.LAST)]);
    expect(kinds).toEqual([
      [false, 0],
      [true, FLAG.MISSING],
      [true, FLAG.MISSING],
      [false, 0],
      [true, FLAG.LAST],
    ]);
    for (const piece of encoded.filter(({ rung }) => rung === 'lossless')) {
      expect((await decoded(source, piece.segment)).samples).toEqual(native(source, piece));
    }
  });

  it('carry a lossless twin where the record is audited, and only there', async () => {
    const encoded = await encodeAll(cut(mitdb, 0, 24_000), (stream, epoch, start) => ({
      ...ruleOf(),
      audited: stream === mitdb.stream && epoch === EPOCH && start >= 8960,
      tasksOnOriginal: start >= 17_920,
    }));
    for (const piece of encoded) {
      const audited = piece.closed.piece.start >= 8960;
      expect(piece.audit !== undefined).toBe(audited);
      expect(piece.segment.flags & FLAG.AUDITED).toBe(audited ? FLAG.AUDITED : 0);
      if (piece.audit === undefined) continue;
      expect(piece.segment.predicted).toEqual(piece.predicted);
      expect({ ...piece.audit, payload: 0, rung: 0, predicted: 0 }).toEqual({
        ...piece.segment,
        payload: 0,
        rung: 0,
        predicted: 0,
      });
      expect((await decoded(mitdb, piece.audit)).samples).toEqual(native(mitdb, piece));
    }
  });

  it('go losslessly where the scale is beyond what the networks were trained on, and flag a constant lead, or one at its rail', async () => {
    const flat: RecordedStream = { ...normal, lead: { ...normal.lead, samples: new Int32Array(WINDOW).fill(7) } };
    expect(measureScale(new Float32Array(WINDOW)).index).toBeLessThan(ladder.scaleRange[0]);
    const [off] = await encodeAll(flat);
    expect(off?.rung).toBe('lossless');
    const seen = FLAG.LEAD_OFF | FLAG.CONSTANT | FLAG.SATURATED;
    expect((off?.segment.flags ?? 0) & seen).toBe(FLAG.CONSTANT);
    const [railed] = await encodeAll({ ...flat, lead: { ...flat.lead, rails: { low: -1024, high: 7 } } });
    expect((railed?.segment.flags ?? 0) & seen).toBe(seen);
    const huge: RecordedStream = {
      ...normal,
      lead: { ...normal.lead, gain: 0.1, samples: normal.lead.samples.slice(0, WINDOW) },
    };
    expect((await encodeAll(huge))[0]?.rung).toBe('lossless');
  });

  it('of pieces that hurry go losslessly, bit for bit, also where they are whole windows', async () => {
    const samples = mitdb.lead.samples.slice(0, 10_000);
    samples.subarray(3000).forEach((_, i, quiet) => {
      quiet[i] = 1000 + (i % 3);
    });
    const source = { ...mitdb, lead: { ...mitdb.lead, samples } };
    const urgent = (await encodeAll(source)).filter(({ closed }) => closed.piece.urgent);
    expect(urgent.length).toBeGreaterThan(5);
    for (const piece of urgent) {
      expect([piece.rung, piece.segment.flags & FLAG.MISSING]).toEqual(['lossless', 0]);
      expect((await decoded(source, piece.segment)).samples).toEqual(native(source, piece));
    }
  });

  it('are shown to the predictor with stream and epoch', async () => {
    const shown: unknown[] = [];
    await encodePieces(closedPieces(cut(mitdb, 0, 7200)), {
      ladder,
      encode,
      ruleOf: () => ruleOf(),
      choose: (windows) => {
        shown.push(...windows.map(({ stream, epoch, start }) => [stream, epoch, start]));
        return Promise.resolve(windows.map(() => undefined));
      },
    });
    expect(shown.slice(0, 2)).toEqual([0, WINDOW].map((start) => [mitdb.stream, EPOCH, start]));
  });

  it('are alike, whatever batch they are encoded in', async () => {
    const pieces = closedPieces(cut(mitdb, 0, 15_000));
    const options = { ladder, encode, ruleOf: () => ruleOf() };
    const together = await encodePieces(pieces, options);
    for (const [i, piece] of pieces.entries()) {
      const [alone] = await encodePieces([piece], options);
      expect(alone?.rung).toBe(together[i]?.rung);
      expect((await decoded(mitdb, alone!.segment)).samples).toHaveLength(
        (await decoded(mitdb, together[i]!.segment)).samples.length,
      );
    }
  });
});
