import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrequencyTable } from '../../../src/lib/codec/frequency-table.js';
import {
  decodeLatents,
  encodeLatents,
  LATENT_COUNT,
  LATENT_RANGE,
  scaledLatents,
} from '../../../src/lib/codec/latents.js';
import { paperLatentCounts } from '../../../src/training/symbol-counts.js';
import { decodesOrRefuses } from './decoder-law.js';

const latent = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -LATENT_RANGE, max: LATENT_RANGE }));
const window = fc
  .constantFrom(LATENT_COUNT[16], LATENT_COUNT[32], LATENT_COUNT[64])
  .chain((count) => fc.array(latent, { minLength: count, maxLength: count }))
  .map((values) => Int8Array.from(values));

function tablesOf(windows: readonly Int8Array[]): FrequencyTable[] {
  return paperLatentCounts(windows).map((counts) => FrequencyTable.fromCounts(counts, -LATENT_RANGE));
}

const UNIFORM = tablesOf([]);
const SMALL = tablesOf([Int8Array.from({ length: 400 }, (_, i) => (i % 3) - 1)]);

describe('latents', () => {
  it('are 56 and 28 a window', () => {
    expect(LATENT_COUNT).toEqual({ 16: 112, 32: 56, 64: 28 });
  });

  it('come back whatever table codes them', () => {
    fc.assert(
      fc.property(window, fc.constantFrom(UNIFORM, SMALL), (latents, tables) => {
        expect(decodeLatents(encodeLatents(latents, tables), latents.length, tables)).toEqual(latents);
      }),
      { numRuns: 300 },
    );
  });

  it('take fewer bytes under the tables of their own statistics', () => {
    const latents = Int8Array.from({ length: 56 }, (_, i) => (i % 3) - 1);
    expect(encodeLatents(latents, SMALL).length).toBeLessThan(encodeLatents(latents, UNIFORM).length / 2);
  });

  it('are scaled to -1..1 for the networks', () => {
    expect(Array.from(scaledLatents(Int8Array.of(-16, 0, 8, 16)))).toEqual([-1, 0, 0.5, 1]);
  });

  it('are decoded from any bytes in the right number, or refused', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 60 }),
        fc.constantFrom(56, 28),
        fc.constantFrom(UNIFORM, SMALL),
        (b, n, t) => {
          decodesOrRefuses(
            () => decodeLatents(b, n, t),
            (latents) => {
              expect(latents).toHaveLength(n);
              expect(latents.every((v) => Math.abs(v) <= LATENT_RANGE)).toBe(true);
            },
          );
        },
      ),
      { numRuns: 500 },
    );
  });
});
