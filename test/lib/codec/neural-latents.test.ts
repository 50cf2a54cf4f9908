import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FrequencyTable } from '../../../src/lib/codec/frequency-table.js';
import {
  countNeuralLatents,
  decodeNeuralLatents,
  encodeNeuralLatents,
  NEURAL_CONTEXTS,
  NEURAL_LARGEST,
  NEURAL_LATENTS,
  NEURAL_RANGE,
  NEURAL_SYMBOLS,
} from '../../../src/lib/codec/neural-latents.js';
import { decodesOrRefuses } from './decoder-law.js';

const latent = fc.oneof(
  fc.integer({ min: -2, max: 2 }),
  fc.integer({ min: -NEURAL_LARGEST, max: NEURAL_LARGEST }), // beyond the table's range too
);
const window = fc
  .array(latent, { minLength: NEURAL_LATENTS, maxLength: NEURAL_LATENTS })
  .map((values) => Int8Array.from(values));

function tablesOf(windows: readonly Int8Array[]): FrequencyTable[] {
  return countNeuralLatents(windows).map((row) =>
    FrequencyTable.fromCounts(row.slice(0, -1), -NEURAL_RANGE, row.at(-1)),
  );
}

const UNIFORM = tablesOf([]);
const SMALL = tablesOf([Int8Array.from({ length: NEURAL_LATENTS }, (_, i) => (i % 3) - 1)]);

describe('latents of the neural rungs', () => {
  it('come back whatever table codes them', () => {
    fc.assert(
      fc.property(window, fc.constantFrom(UNIFORM, SMALL), (latents, tables) => {
        expect(decodeNeuralLatents(encodeNeuralLatents(latents, tables), tables)).toEqual(latents);
      }),
      { numRuns: 200 },
    );
  });

  it('of silence take a few bytes under the tables of silence', () => {
    const silence = new Int8Array(NEURAL_LATENTS);
    const tables = tablesOf(new Array<Int8Array>(50).fill(silence));
    expect(encodeNeuralLatents(silence, tables).length).toBeLessThan(4);
    expect(encodeNeuralLatents(silence, UNIFORM).length).toBeGreaterThan(100);
  });

  it('are counted under the context that codes them, what lies beyond the range as an escape', () => {
    const latents = new Int8Array(NEURAL_LATENTS);
    latents.set([100, 0, 0, 0, 5]); // two steps of the first channel
    const counts = countNeuralLatents([latents]);
    expect(counts).toHaveLength(NEURAL_CONTEXTS);
    expect(counts.every((row) => row.length === NEURAL_SYMBOLS + 1)).toBe(true);
    expect(counts.flat().reduce((a, b) => a + b)).toBe(NEURAL_LATENTS);
    // 100 follows nothing; 5 follows 100, the most active context of its channel.
    expect(counts[0]!.at(-1)).toBe(1);
    expect(counts[NEURAL_CONTEXTS / 4 - 1]![5 + NEURAL_RANGE]).toBe(1);
  });

  it('are decoded from any bytes in the right number, or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.constantFrom(UNIFORM, SMALL), (bytes, tables) => {
        decodesOrRefuses(
          () => decodeNeuralLatents(bytes, tables),
          (latents) => {
            expect(latents).toHaveLength(NEURAL_LATENTS);
          },
        );
      }),
      { numRuns: 500 },
    );
  });
});
