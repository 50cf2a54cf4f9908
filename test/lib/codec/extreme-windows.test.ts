/** Whatever int16 samples, gain and baseline a lead has: what an encoder writes its decoder takes, or it offers no lossy code. */
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LatentRung, Rung } from '../../../src/lib/codec/ladder.js';
import { decodeLatentPayload, encodeLatentPayload } from '../../../src/lib/codec/payload.js';
import { decodeTransform, encodeTransform } from '../../../src/lib/codec/transform.js';
import { encodePieceCodes, windowMillivolts, type PieceToEncode, type WindowCandidates } from '../../../src/lib/codec/window-encoder.js'; // prettier-ignore
import { measureScale, type WindowScale } from '../../../src/lib/codec/window-scale.js';
import { openCodec } from '../../../src/lib/offline/codec.js';
import { WINDOW } from '../../../src/lib/signal/grid.js';
import { MODELS } from '../../models.js';
import { beats, noise } from './signals.js';

const RATE = 300;
const BATCH = 8;

const value = fc.integer({ min: -32_768, max: 32_767 });
const SHAPES: Readonly<Record<string, (at: number, by: number, t: number) => number>> = {
  constant: (at) => at,
  'two levels': (at, by, t) => (t % 7 < 3 ? at : by),
  'a step': (at, by, t) => (t < WINDOW / 3 ? at : by),
  spikes: (at, by, t) => (t % 300 === 5 ? by : at),
  'spikes at the ends': (at, by, t) => (t < 2 || t > WINDOW - 3 ? by : at),
  ramp: (at, by, t) => at + ((by - at) * t) / WINDOW,
  beats: (at, _by, t) => at + BEATS[t]!,
  noise: (_at, _by, t) => NOISE[t]!,
};
const [BEATS, NOISE] = [beats(WINDOW, RATE), noise(WINDOW, 65_536)];

interface Extreme {
  readonly shape: string;
  /** Two ADC values that the shape is made of. */
  readonly at: number;
  readonly by: number;
  readonly gain: number;
  readonly baseline: number;
}

/** Gains as the readers of recordings and of devices let them pass; few of that range are of a window that a lossy rung carries. */
const gain = fc.oneof(
  fc.constant(200),
  fc
    .record({ size: fc.double({ min: -9, max: 12, noNaN: true }), sign: fc.constantFrom(-1, 1) })
    .map(({ size, sign }) => sign * 10 ** size),
);
const baseline = fc.oneof(fc.constant(0), value, fc.integer({ min: -(2 ** 31), max: 2 ** 31 }));
const shape = fc.constantFrom(...Object.keys(SHAPES));
const window: fc.Arbitrary<Extreme> = fc.record({ shape, at: value, by: value, gain, baseline });

function pieceOf({ shape: name, at, by, ...lead }: Extreme): PieceToEncode {
  const samples = Int32Array.from({ length: WINDOW }, (_, t) =>
    Math.max(-32_768, Math.min(32_767, Math.round(SHAPES[name]!(at, by, t)))),
  );
  const grid = { start: 0, length: WINDOW, firstIndex: 0, count: WINDOW, whole: true, urgent: false, gap: false };
  return { piece: { ...grid, samples, samplesFirst: 0, closing: WINDOW }, lead: { rate: RATE, ...lead }, stream: 's' };
}

/** What a payload decodes to, encoded. */
function writtenAgain(rung: Rung, payload: Uint8Array, scale: WindowScale): Uint8Array {
  if (rung.kind === 'transform') return encodeTransform(decodeTransform(payload, rung), rung);
  const read = decodeLatentPayload(rung as LatentRung, payload);
  expect(read.scale).toEqual(scale);
  return encodeLatentPayload(rung as LatentRung, read.scale, read.latents);
}

describe.each(['codec', 'paper', 'cae'])('extreme windows by the codec of models/%s', (folder) => {
  it('decode from every code that is offered to what was coded, or have no lossy code at all', async () => {
    const codec = await openCodec(join(MODELS, folder));
    const ladder = { ...codec.ladder, scaleRange: [0, 127] as const };
    const lossy = new Set(ladder.rungs.filter(({ kind }) => kind !== 'lossless').map(({ index }) => index));
    const counts = { offered: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(fc.array(window, { minLength: BATCH, maxLength: BATCH }), async (windows) => {
        const pieces = windows.map(pieceOf);
        let found: readonly WindowCandidates[] = [];
        const choose = (own: readonly WindowCandidates[]) => {
          found = own;
          return Promise.resolve(own.map(() => undefined));
        };
        await encodePieceCodes(pieces, { ladder, bounds: { rhythm: 0, peaks: 0 }, encode: codec.encode, choose, everyCandidate: true }); // prettier-ignore
        const segments = found.flatMap(({ candidates }, i) => {
          const { piece, lead } = pieces[i]!;
          const scale = measureScale(windowMillivolts({ piece, lead }));
          if (candidates.length > 0) expect(new Set(candidates.map(({ rung }) => rung))).toEqual(lossy);
          counts[candidates.length > 0 ? 'offered' : 'refused']++;
          return candidates.map(({ rung, code: { payload } }) => {
            expect(Buffer.from(writtenAgain(ladder.rungs[rung]!, payload, scale))).toEqual(Buffer.from(payload));
            return { rung, start: 0, length: WINDOW, payload, lead };
          });
        });
        // Throws where one does not decode.
        expect(await codec.decodeSegments(segments)).toHaveLength(segments.length);
      }),
      { numRuns: 12 },
    );
    expect(Math.min(counts.offered, counts.refused)).toBeGreaterThan(5);
  }, 120_000);
});
