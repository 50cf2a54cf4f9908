import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrequencyTable } from '../../../src/lib/codec/frequency-table.js';
import type { PaperRung } from '../../../src/lib/codec/ladder.js';
import { HEADS, LATENT_COUNT, LATENT_RANGE, type Head } from '../../../src/lib/codec/latents.js';
import {
  decodeLosslessPayload,
  decodeLatentPayload,
  denormalise,
  encodeLosslessPayload,
  encodeLatentPayload,
  normalise,
  type SegmentPlace,
} from '../../../src/lib/codec/payload.js';
import { measureScale, type WindowScale } from '../../../src/lib/codec/window-scale.js';
import { nativeIndex, WINDOW } from '../../../src/lib/signal/grid.js';
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import { ownSamples } from '../../../src/lib/signal/pieces.js';
import { MISSING } from '../../../src/lib/signal/types.js';
import { paperLatentCounts } from '../../../src/training/symbol-counts.js';
import { decodesOrRefuses } from './decoder-law.js';
import { beats, noise } from './signals.js';

const latentsOf = (count: number): fc.Arbitrary<Int8Array> =>
  fc
    .array(fc.integer({ min: -LATENT_RANGE, max: LATENT_RANGE }), { minLength: count, maxLength: count })
    .map((values) => Int8Array.from(values));
const TABLES = paperLatentCounts([Int8Array.from({ length: 500 }, (_, i) => (i % 9) - 4)]).map((counts) =>
  FrequencyTable.fromCounts(counts, -LATENT_RANGE),
);
const rungOf = (head: Head): PaperRung => ({
  kind: 'paper',
  index: 1,
  name: `paper-${head}`,
  nominalGain: head,
  head,
  tables: TABLES,
});
const RUNGS = HEADS.map(rungOf);
const rung = fc.constantFrom(...RUNGS);
const scale: fc.Arbitrary<WindowScale> = fc.record({
  index: fc.integer({ min: 0, max: 127 }),
  offset: fc.integer({ min: -40_000, max: 40_000 }),
});

/** One change of some bytes: a flipped bit, a lost tail, bytes behind. */
type Damage = (bytes: Uint8Array) => Uint8Array;
const damage: fc.Arbitrary<Damage> = fc.oneof(
  fc.record({ at: fc.nat(), bit: fc.nat(7) }).map(({ at, bit }): Damage => (bytes) => {
    const out = Uint8Array.from(bytes);
    if (out.length > 0) out[at % out.length]! ^= 1 << bit;
    return out;
  }),
  fc.nat().map(
    (keep): Damage =>
      (bytes) =>
        bytes.slice(0, keep % (bytes.length + 1)),
  ),
  fc.uint8Array({ minLength: 1, maxLength: 8 }).map(
    (more): Damage =>
      (bytes) =>
        Uint8Array.from([...bytes, ...more]),
  ),
);

describe('lossless payloads', () => {
  const rate = fc.oneof(
    fc.constantFrom(100, 250, 300, 360, 500, 1000),
    fc.double({ min: 50, max: 10_000, noNaN: true }),
  );
  const place = fc.oneof(
    { arbitrary: fc.record({ start: fc.nat(10_000_000), length: fc.integer({ min: 0, max: WINDOW }) }), weight: 3 },
    { arbitrary: fc.nat(5_000).map((n) => ({ start: n * WINDOW, length: WINDOW })), weight: 1 },
  );
  /** A piece's first sample may lie a model sample before its place. */
  const slackOf = (hertz: number): number => Math.ceil(hertz / 300) + 1;
  const countOf = ({ start, length }: SegmentPlace, hertz: number): number =>
    nativeIndex(start + length, hertz) - nativeIndex(start, hertz);
  const refused = expect.objectContaining({ code: 'PAYLOAD_CORRUPT' }) as Error;

  it('give samples and first index back of whatever piece an epoch is cut into', () => {
    const runs = fc.array(fc.record({ there: fc.nat(2_500), missing: fc.integer({ min: 1, max: 40 }) }), {
      minLength: 1,
      maxLength: 8,
    });
    const kinds = new Set<string>();
    fc.assert(
      fc.property(rate, runs, (hertz, stretches) => {
        const samples = Int32Array.from(
          stretches.flatMap(({ there, missing }) => [
            ...beats(there, 300),
            ...new Array<number>(missing).fill(MISSING),
          ]),
        );
        for (const piece of cutPieces(samples, { rate: hertz, gain: 200 })) {
          const { start, length, firstIndex, whole } = piece;
          const native = { firstIndex, samples: ownSamples(piece) };
          const payload = encodeLosslessPayload(start, hertz, native);
          expect(decodeLosslessPayload(piece, hertz, payload)).toEqual(native);
          kinds.add(whole ? 'whole' : length === 0 ? 'none' : 'part');
        }
      }),
      { numRuns: 60, seed: 1 },
    );
    expect([...kinds].sort()).toEqual(['none', 'part', 'whole']);
  }, 60_000);

  it('damaged or foreign, are refused or lie at their place', () => {
    const law = (own: SegmentPlace, hertz: number, bytes: Uint8Array): void => {
      decodesOrRefuses(
        () => decodeLosslessPayload(own, hertz, bytes),
        ({ firstIndex, samples }) => {
          const slack = slackOf(hertz);
          expect(Math.abs(firstIndex - nativeIndex(own.start, hertz))).toBeLessThanOrEqual(slack);
          expect(samples.length).toBeLessThanOrEqual(countOf(own, hertz) + slack);
          if (own.length === WINDOW) expect(samples.length).toBeGreaterThanOrEqual(countOf(own, hertz) - slack);
        },
      );
    };
    const flat = (count: number): Int16Array => new Int16Array(count);
    const counts = fc.oneof(fc.nat(200), fc.nat(65_536));
    fc.assert(
      fc.property(
        place,
        rate,
        counts,
        fc.integer({ min: -100, max: 10_000 }),
        damage,
        (own, hertz, count, skew, change) => {
          const native = { firstIndex: nativeIndex(own.start, hertz) + skew, samples: flat(count) };
          const payload = encodeLosslessPayload(own.start, hertz, native);
          law(own, hertz, payload);
          law(own, hertz, change(payload));
        },
      ),
      { numRuns: 200 },
    );
    fc.assert(
      fc.property(place, rate, fc.uint8Array({ maxLength: 64 }), (own, hertz, bytes) => {
        law(own, hertz, bytes);
      }),
      { numRuns: 300 },
    );
  });

  it.each([
    ['more samples than the segment has', 0, WINDOW, 65_536],
    ['a first index far from the segment', 100_000_000, WINDOW, WINDOW],
    ['three samples for a whole window', 0, WINDOW, 3],
    ['samples for a segment longer than a window', 0, 10 * WINDOW, 10 * WINDOW],
    ['samples for a segment of negative length', 0, -1, 0],
  ])('are refused with %s', (_, firstIndex, length, count) => {
    const payload = encodeLosslessPayload(0, 300, { firstIndex, samples: new Int16Array(count) });
    expect(() => decodeLosslessPayload({ start: 0, length }, 300, payload)).toThrow(refused);
  });

  it('are refused at a rate that is no number', () => {
    const payload = encodeLosslessPayload(0, 300, { firstIndex: 0, samples: new Int16Array(WINDOW) });
    expect(() => decodeLosslessPayload({ start: 0, length: WINDOW }, Number.NaN, payload)).toThrow(refused);
  });

  it('take no more than 2 bytes a sample and 3 to 5 more, at any length', () => {
    const most = (count: number): number => 2 * count + (count < 128 ? 3 : count < 16_384 ? 4 : 5);
    // Nothing is longer than noise at full scale, which goes as it is.
    const loud = noise(65_536, 65_536);
    for (let count = 1; count <= WINDOW; count++) {
      const samples = loud.subarray(loud.length - count);
      const { length } = encodeLosslessPayload(0, 300, { firstIndex: 0, samples });
      expect(length, `${count} samples`).toBeLessThanOrEqual(most(count));
      // 1% from 200 samples on.
      if (count >= 200) expect(length / (2 * count)).toBeLessThanOrEqual(1.01);
    }
    for (const count of [127, 128, 180, 199, 200, WINDOW, 16_383, 16_384, 65_536]) {
      const samples = loud.subarray(0, count);
      expect(encodeLosslessPayload(0, 300, { firstIndex: 0, samples })).toHaveLength(most(count));
    }
    // A piece's first sample lies less than a model sample from the grid: 33 native ones at 10,000 Hz.
    const any = fc.record({
      samples: fc.oneof(fc.int16Array({ minLength: 1, maxLength: WINDOW }), fc.int16Array({ maxLength: 250 })),
      skew: fc.integer({ min: -34, max: 34 }),
    });
    fc.assert(
      fc.property(any, ({ samples, skew }) => {
        const { length } = encodeLosslessPayload(0, 300, { firstIndex: skew, samples });
        expect(length).toBeLessThanOrEqual(most(samples.length));
      }),
      { numRuns: 200 },
    );
  }, 60_000);

  it('cannot make the decoder reserve memory for samples that no window has', () => {
    // The count 2^28 - 1 in four bytes.
    const bomb = Uint8Array.of(0xff, 0xff, 0xff, 0x7f, 0, 1, 2, 3);
    expect(() => decodeLosslessPayload({ start: 0, length: WINDOW }, 300, bomb)).toThrow(refused);
  });
});

describe('paper payloads', () => {
  it('give scale and latents back', () => {
    fc.assert(
      fc.property(
        rung.chain((r) => fc.tuple(fc.constant(r), latentsOf(LATENT_COUNT[r.head]))),
        scale,
        ([r, latents], s) => {
          expect(decodeLatentPayload(r, encodeLatentPayload(r, s, latents))).toEqual({ scale: s, latents });
        },
      ),
    );
  });

  it('damaged or foreign, are refused or give the rung’s number of latents', () => {
    const law = (r: PaperRung, bytes: Uint8Array): void => {
      decodesOrRefuses(
        () => decodeLatentPayload(r, bytes),
        ({ latents, scale: { index } }) => {
          expect(latents).toHaveLength(LATENT_COUNT[r.head]);
          expect(latents.every((v) => Math.abs(v) <= LATENT_RANGE)).toBe(true);
          expect(index).toBeLessThanOrEqual(127);
        },
      );
    };
    fc.assert(
      fc.property(rung, rung, latentsOf(56), scale, damage, (r, other, latents, s, change) => {
        const bytes = encodeLatentPayload(r, s, latents.slice(0, LATENT_COUNT[r.head]));
        law(r, change(bytes));
        law(other, bytes);
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(rung, fc.uint8Array({ maxLength: 64 }), (r, bytes) => {
        law(r, bytes);
      }),
      { numRuns: 300 },
    );
  });
});

describe('normalised windows', () => {
  it('come back within half a step of 5 microvolts', () => {
    const millivolts = Float32Array.from(beats(WINDOW, 300), (v) => v / 1000 + 0.7);
    const s = measureScale(millivolts);
    const input = new Float32Array(2 * WINDOW);
    normalise(millivolts, s, input, WINDOW);
    expect(input.subarray(0, WINDOW).every((v) => v === 0)).toBe(true);
    const steps = denormalise(input.subarray(WINDOW), s);
    steps.forEach((v, i) => {
      expect(Math.abs(v / 200 - millivolts[i]!)).toBeLessThan(0.00251);
    });
  });

  it('are clipped to 16 bits, and what is not a number is no wild voltage', () => {
    const s = { index: 127, offset: 0 };
    const wild = new Float32Array(WINDOW).fill(1e6);
    wild[1] = -1e6;
    wild[2] = NaN;
    expect(Array.from(denormalise(wild, s).subarray(0, 3))).toEqual([32767, -32768, 0]);
  });
});
