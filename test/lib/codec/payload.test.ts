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
} from '../../../src/lib/codec/payload.js';
import { measureScale, type WindowScale } from '../../../src/lib/codec/window-scale.js';
import { nativeIndex, WINDOW } from '../../../src/lib/signal/grid.js';
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
  ...{ kind: 'paper', index: 1, name: `paper-${head}`, nominalGain: head, head, tables: TABLES },
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
  const stretch = fc.record({
    start: fc.nat(10_000_000),
    rate: fc.constantFrom(250, 300, 360, 500),
    skew: fc.integer({ min: 0, max: 3000 }),
    samples: fc.int16Array({ maxLength: 200 }),
  });

  it('give samples and first index back', () => {
    fc.assert(
      fc.property(stretch, ({ start, rate, skew, samples }) => {
        const native = { firstIndex: nativeIndex(start, rate) + skew, samples };
        expect(decodeLosslessPayload(start, rate, encodeLosslessPayload(start, rate, native))).toEqual(native);
      }),
    );
  });

  it('damaged or foreign, are refused or give as many samples as they say', () => {
    fc.assert(
      fc.property(stretch, damage, ({ start, rate, skew, samples }, change) => {
        const native = { firstIndex: nativeIndex(start, rate) + skew, samples };
        const bytes = change(encodeLosslessPayload(start, rate, native));
        decodesOrRefuses(
          () => decodeLosslessPayload(start, rate, bytes),
          (decoded) => {
            expect(Number.isSafeInteger(decoded.firstIndex)).toBe(true);
            expect(decoded.samples.length).toBeLessThanOrEqual(65_536);
          },
        );
      }),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
        decodesOrRefuses(
          () => decodeLosslessPayload(0, 300, bytes),
          ({ samples }) => {
            expect(samples.length).toBeLessThanOrEqual(65_536);
          },
        );
      }),
      { numRuns: 300 },
    );
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
    expect(() => decodeLosslessPayload(0, 300, bomb)).toThrow(expect.objectContaining({ code: 'PAYLOAD_CORRUPT' }));
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
