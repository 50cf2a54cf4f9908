import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { NeuralRung } from '../../../src/lib/codec/ladder.js';
import { NEURAL_LARGEST, NEURAL_LATENTS } from '../../../src/lib/codec/neural-latents.js';
import { decodeNeuralPayload, encodeNeuralPayload, neuralRowLength } from '../../../src/lib/codec/neural-payload.js';
import { fromRows, toRows } from '../../../src/lib/codec/neural-quantiser.js';
import { ENDS, LARGEST_END } from '../../../src/lib/codec/window-ends.js';
import { offsetUnit } from '../../../src/lib/codec/window-scale.js';
import { WINDOW } from '../../../src/lib/signal/grid.js';
import { decodesOrRefuses } from './decoder-law.js';
import { goldenLadder, readGolden } from './golden-rungs.js';

const neuralOf = (file: 'rungs' | 'coded-rungs'): NeuralRung =>
  goldenLadder(readGolden(file)).rungs.find((rung): rung is NeuralRung => rung.kind === 'neural')!;
const coded = neuralOf('coded-rungs');
const rung = fc.constantFrom(neuralOf('rungs'), coded);

const latent = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer({ min: -NEURAL_LARGEST, max: NEURAL_LARGEST }));
const row = fc.array(latent, { minLength: NEURAL_LATENTS, maxLength: NEURAL_LATENTS });
const ends = fc.array(fc.integer({ min: -LARGEST_END, max: LARGEST_END }), { minLength: ENDS, maxLength: ENDS });
/** Offsets are multiples of a unit that the scale has: what beyond the table's range is escaped. */
const scale = fc
  .record({ index: fc.integer({ min: 0, max: 127 }), units: fc.integer({ min: -300, max: 300 }) })
  .map(({ index, units }) => ({ index, offset: units * offsetUnit(index) }));

describe('payloads of neural rungs', () => {
  it('give scale, offset, ends and latents back, within the tables’ ranges and beyond', () => {
    fc.assert(
      fc.property(rung, scale, row, ends, (own, window, latents, sent) => {
        const integers = Int8Array.from(own.coding === undefined ? latents : [...latents, ...sent]);
        expect(integers).toHaveLength(neuralRowLength(own));
        const decoded = decodeNeuralPayload(own, encodeNeuralPayload(own, window, integers));
        expect(decoded).toEqual({ scale: window, latents: integers });
      }),
      { numRuns: 200 },
    );
  });

  it('are decoded from any bytes to numbers in range, or refused', () => {
    const whole = encodeNeuralPayload(coded, { index: 40, offset: 0 }, new Int8Array(neuralRowLength(coded)).fill(2));
    const damaged = fc
      .record({ at: fc.nat(whole.length - 1), bit: fc.nat(7), keep: fc.nat(whole.length) })
      .map(({ at, bit, keep }) => {
        const bytes = Uint8Array.from(whole);
        bytes[at]! ^= 1 << bit;
        return bytes.slice(0, keep);
      });
    fc.assert(
      fc.property(fc.oneof(damaged, fc.uint8Array({ maxLength: 120 })), (bytes) => {
        decodesOrRefuses(
          () => decodeNeuralPayload(coded, bytes),
          ({ scale: own, latents }) => {
            expect(latents).toHaveLength(neuralRowLength(coded));
            expect(own.index >= 0 && own.index <= 127 && Number.isSafeInteger(own.offset)).toBe(true);
          },
        );
      }),
      { numRuns: 1000 },
    );
  });
});

describe('rows of several windows', () => {
  const latents = Int8Array.from({ length: 2 * NEURAL_LATENTS }, (_, i) => (i % 200) - 100);
  const windows = new Float32Array(2 * WINDOW);
  windows.fill(0.5, 0, WINDOW - 3).fill(-1, WINDOW - 3, WINDOW);
  windows.fill(2, WINDOW, 2 * WINDOW - 3).fill(-20, 2 * WINDOW - 3);

  it('have the first and the last end of each behind its latents, those too large at the largest', () => {
    const { unit } = coded.coding!.ends;
    const rows = toRows(coded, latents, windows);
    const behind = NEURAL_LATENTS + ENDS;
    expect([...rows.subarray(NEURAL_LATENTS, behind)]).toEqual([0.5 / unit, -1 / unit]);
    expect([...rows.subarray(behind + NEURAL_LATENTS)]).toEqual([2 / unit, -LARGEST_END]);
    const split = fromRows(coded, rows);
    expect(split.latents).toEqual(latents);
    [0.5, -1, 2, -LARGEST_END * unit].forEach((end, i) => {
      expect(split.ends![i]).toBeCloseTo(end, 5);
    });
  });

  it('are the latents alone where a rung sends no ends', () => {
    const own = neuralOf('rungs');
    expect(toRows(own, latents, windows)).toEqual(latents);
    expect(fromRows(own, latents)).toEqual({ latents, ends: undefined });
  });
});
