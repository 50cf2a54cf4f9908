import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasLatents, readLadder, type LatentRung } from '../../../src/lib/codec/ladder.js';
import { decodeLosslessPayload, latentCount } from '../../../src/lib/codec/payload.js';
import { encodePieceCodes, losslessCode, type WindowCandidates, type WindowEncoderOptions } from '../../../src/lib/codec/window-encoder.js'; // prettier-ignore
import { readManifest } from '../../../src/lib/model/manifest.js';
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import { ownSamples } from '../../../src/lib/signal/pieces.js';
import { MODELS } from '../../models.js';
import { beats } from './signals.js';

const shipped = readLadder(await readManifest(join(MODELS, 'codec')));
/** Without the rungs that no network has a say in. */
const ladder = { ...shipped, rungs: shipped.rungs.filter(({ kind }) => kind !== 'transform'), tau: 1 };
const lead = { rate: 360, gain: 200, baseline: 0 };
const samples = Int32Array.from(beats(360 * 20, 360));
const pieces = [...cutPieces(samples, lead)].map((piece) => ({ piece, lead, stream: 'stream' }));

/** Stands in for the networks: latents of 0, and one predicted error for all. */
function networks(predicted: number): { runs: number[]; encode: WindowEncoderOptions['encode'] } {
  const runs: number[] = [];
  const output = (rung: LatentRung, n: number) => ({
    latents: new Int8Array(n * latentCount(rung)),
    predicted: new Float32Array(2 * n).fill(predicted),
  });
  return {
    runs,
    encode: (windows, n) => {
      expect(windows).toHaveLength(1792 * n);
      expect(windows.every(Number.isFinite)).toBe(true);
      runs.push(n);
      return Promise.resolve(new Map(ladder.rungs.filter(hasLatents).map((rung) => [rung.index, output(rung, n)])));
    },
  };
}
const code = (predicted: number, list = pieces, bounds = { rhythm: 0.1, peaks: 0.1 }) => {
  const { runs, encode } = networks(predicted);
  return encodePieceCodes(list, { ladder, bounds, encode }).then((codes) => ({ runs, codes }));
};

describe('codes of pieces', () => {
  it('share one run of the networks, in order; what is no whole window goes losslessly', async () => {
    const { runs, codes } = await code(0.01);
    expect(runs).toEqual([3]);
    expect(codes.map(({ of }) => of)).toEqual(pieces);
    expect(codes.map(({ code: { rung } }) => hasLatents(rung))).toEqual([true, true, true, false]);
    expect(codes[0]!.code.predicted).toEqual({ rhythm: Math.fround(0.01), peaks: Math.fround(0.01) });
  });

  it.each([0.2, Number.NaN, Infinity])('are lossless where %d is predicted', async (predicted) => {
    const { codes } = await code(predicted);
    for (const { of, code: own } of codes) {
      expect(own).toEqual(losslessCode(of, ladder));
      expect(decodeLosslessPayload(of.piece, 360, own.payload)).toEqual({
        firstIndex: of.piece.firstIndex,
        samples: ownSamples(of.piece),
      });
    }
  });

  it('are lossless, without asking the networks, for windows that hurry or lie outside the training range', async () => {
    const urgent = pieces.map((of) => ({ ...of, piece: { ...of.piece, urgent: true } }));
    const huge = pieces.map((of) => ({ ...of, lead: { ...lead, gain: 0.01 } }));
    const beyond = pieces.map((of) => ({ ...of, lead: { ...lead, baseline: -34_000 } }));
    for (const list of [urgent, huge, beyond]) {
      const { runs, codes } = await code(0.01, list);
      expect(runs).toEqual([]);
      expect(codes.every(({ code: { rung } }) => rung.kind === 'lossless')).toBe(true);
    }
  });

  it('may be those of any lossy rung up to an offset of 16 bits, and of none beyond', async () => {
    const { encode } = networks(0.01);
    const offers = async (offset: number): Promise<boolean[]> => {
      let found: readonly WindowCandidates[] = [];
      const choose: WindowEncoderOptions['choose'] = (windows) => {
        found = windows;
        return Promise.resolve(windows.map(() => undefined));
      };
      // 200 ADC units a millivolt are the decoder's own steps.
      const constant = pieces.map((of) => ({ ...of, lead: { ...lead, baseline: -offset } }));
      const flat = constant.map((of) => ({ ...of, piece: { ...of.piece, samples: of.piece.samples.map(() => 0) } }));
      const all = { ...shipped, scaleRange: [0, 127] as const };
      await encodePieceCodes(flat, {
        ladder: all,
        bounds: { rhythm: 1, peaks: 1 },
        encode,
        choose,
        everyCandidate: true,
      });
      return found.map(({ candidates }) => candidates.length === shipped.rungs.length - 1);
    };
    for (const sign of [-1, 1]) {
      expect(await offers(sign * 32_768)).toEqual([true, true, true]);
      expect(await offers(sign * 32_769)).toEqual([false, false, false]);
    }
  });

  it.each([
    ['calibration pulses', 'transform-fine-1', (i: number) => (Math.floor(i / 72) % 5 === 0 ? 200 : 0)],
    // Every sample differs from the one before.
    ['a triangle of 1 Hz', 'transform-1', (i: number) => 5 * Math.min(i % 360, 360 - (i % 360))],
  ])('are lossless where no lossy one that is allowed takes fewer bytes: %s', async (_, name, line) => {
    const native = samples.map((_value, i) => line(i));
    const own = pieces
      .filter(({ piece }) => piece.whole)
      .map(({ piece }) => {
        const { samplesFirst: from } = piece;
        return { ...piece, samples: native.subarray(from, from + piece.samples.length) };
      });
    const rungs = new Set([shipped.rungs.find((rung) => rung.name === name)!.index]);
    const of = own.map((piece) => ({
      piece,
      lead,
      stream: 'stream',
      limits: { bounds: { rhythm: 1, peaks: 1, reconstruction: Infinity }, tau: 1, rungs },
    }));
    const { encode } = networks(0.01);
    const kinds = async (everyCandidate: boolean): Promise<string[]> => {
      const codes = await encodePieceCodes(of, { ladder: shipped, encode, everyCandidate });
      return codes.map(({ code: { rung } }) => rung.kind);
    };
    expect(await kinds(false)).toEqual(of.map(() => 'lossless'));
    expect(await kinds(true)).toEqual(of.map(() => 'transform'));
    expect(of.length).toBe(3);
  });

  it('are lossless, without asking anyone, where there are no bounds', async () => {
    const { runs, encode } = networks(0.01);
    const choose = () => Promise.reject(new Error('nobody is to choose'));
    const codes = await encodePieceCodes(pieces, { ladder, encode, choose });
    expect(runs).toEqual([]);
    expect(codes.map(({ code: own }) => own)).toEqual(pieces.map((of) => losslessCode(of, ladder)));
  });
});
