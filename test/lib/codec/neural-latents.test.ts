import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tablesOf } from '../../../src/lib/codec/ladder.js';
import {
  NEURAL_CONTEXTS,
  NEURAL_LARGEST,
  NEURAL_LATENTS,
  NEURAL_RANGE,
  NEURAL_SYMBOLS,
  readNeuralLatents,
  writeNeuralLatents,
  type LatentCoder,
} from '../../../src/lib/codec/neural-latents.js';
import { RangeDecoder, RangeEncoder } from '../../../src/lib/codec/range-coder.js';
import { neuralTables } from '../../../src/training/neural-tables.js';
import { decodesOrRefuses } from './decoder-law.js';
import { latentCounts } from '../../../src/training/symbol-counts.js';

const latent = fc.oneof(
  fc.integer({ min: -2, max: 2 }),
  fc.integer({ min: -NEURAL_LARGEST, max: NEURAL_LARGEST }), // beyond the table's range too
);
const window = fc
  .array(latent, { minLength: NEURAL_LATENTS, maxLength: NEURAL_LATENTS })
  .map((values) => Int8Array.from(values));

function coderOf(windows: readonly Int8Array[]): LatentCoder {
  return { tables: tablesOf(latentCounts(windows), NEURAL_RANGE), contexts: undefined };
}

function encode(latents: Int8Array, coder: LatentCoder): Uint8Array {
  const encoder = new RangeEncoder();
  writeNeuralLatents(latents, coder, encoder);
  return encoder.finish();
}

function decode(bytes: Uint8Array, coder: LatentCoder): Int8Array {
  const decoder = new RangeDecoder(bytes);
  const latents = readNeuralLatents(decoder, coder);
  decoder.finish();
  return latents;
}

const wave = (w: number): Float32Array =>
  Float32Array.from({ length: NEURAL_LATENTS }, (_, i) => 4 * Math.sin((i >> 2) / 3 + w) * ((i % 4) - 1.5));
const UNIFORM = coderOf([]);
const SMALL = coderOf([Int8Array.from({ length: NEURAL_LATENTS }, (_, i) => (i % 3) - 1)]);
const waves = Array.from({ length: 30 }, (_, w) => ({
  scale: { index: 20 + (w % 5), offset: 0 },
  samples: new Float32Array(1792),
  values: wave(w),
}));
const { counts, coding } = neuralTables(waves, [1, 1, 1, 1], 0);
const LEARNED: LatentCoder = { tables: tablesOf(counts, NEURAL_RANGE), contexts: coding.contexts };

describe('latents of the neural rungs', () => {
  it('come back whatever table codes them', () => {
    fc.assert(
      fc.property(window, fc.constantFrom(UNIFORM, SMALL, LEARNED), (latents, coder) => {
        expect(decode(encode(latents, coder), coder)).toEqual(latents);
      }),
      { numRuns: 200 },
    );
  });

  it('of silence take a few bytes under the tables of silence', () => {
    const silence = new Int8Array(NEURAL_LATENTS);
    expect(encode(silence, coderOf(new Array<Int8Array>(50).fill(silence))).length).toBeLessThan(4);
    expect(encode(silence, UNIFORM).length).toBeGreaterThan(100);
  });

  it('take fewer bytes where learned contexts know how one follows another', () => {
    const windows = waves.map(({ values }) => Int8Array.from(values, Math.round));
    const bytes = (coder: LatentCoder): number => windows.reduce((sum, own) => sum + encode(own, coder).length, 0);
    expect(bytes(LEARNED)).toBeLessThan(0.9 * bytes(coderOf(windows)));
  });

  it('are counted under the context that codes them, what lies beyond the range as an escape', () => {
    const latents = new Int8Array(NEURAL_LATENTS);
    latents.set([100, 0, 0, 0, 5]); // two steps of the first channel
    const counts = latentCounts([latents]);
    expect(counts).toHaveLength(NEURAL_CONTEXTS);
    expect(counts.every((row) => row.length === NEURAL_SYMBOLS + 1)).toBe(true);
    expect(counts.flat().reduce((a, b) => a + b)).toBe(NEURAL_LATENTS);
    // 100 follows nothing; 5 follows 100, the most active context of its channel.
    expect(counts[0]!.at(-1)).toBe(1);
    expect(counts[NEURAL_CONTEXTS / 4 - 1]![5 + NEURAL_RANGE]).toBe(1);
  });

  it('are decoded from any bytes in the right number, or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(UNIFORM, SMALL, LEARNED), (bytes, coder) => {
        decodesOrRefuses(
          () => decode(bytes, coder),
          (latents) => {
            expect(latents).toHaveLength(NEURAL_LATENTS);
          },
        );
      }),
      { numRuns: 500 },
    );
  });
});
