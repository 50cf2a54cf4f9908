import { createHash } from 'node:crypto';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readRung, tablesOf, type TransformRung } from '../../../src/lib/codec/ladder.js';
import { BLOCKS, CODED, forwardTransform, inverseTransform } from '../../../src/lib/codec/lapped-transform.js';
import {
  COEFFICIENT_RANGE,
  decodeTransform,
  encodeTransform,
  quantiseNearest,
  quantiseWindow,
  reconstructWindow,
  stepOf,
  transformWindow,
  type TransformQuantiser,
} from '../../../src/lib/codec/transform.js';
import { EIGHTHS, SCALES } from '../../../src/lib/codec/window-scale.js';
import { SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { WINDOW } from '../../../src/lib/signal/grid.js';
import { transformTables } from '../../../src/training/transform-rungs.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { readRecording } from '../../../src/lib/signal/wfdb/index.js';
import { decodesOrRefuses } from './decoder-law.js';
import { beats } from './signals.js';
import { coefficientCounts } from '../../../src/training/symbol-counts.js';

const RATIO = 128;
/** Of an end of the line, in steps of 10 microvolts. */
const LARGEST = 1_048_576;
/** Millivolts of made-up beats with a wandering baseline. */
const window = Float32Array.from(beats(WINDOW, 300), (v, i) => v / 300 + 0.2 * Math.sin(i / 200));
const transformed = transformWindow(window);
const fixed: TransformQuantiser = {
  ratio: RATIO,
  tables: tablesOf(coefficientCounts([quantiseNearest(transformed, RATIO).values]), COEFFICIENT_RANGE),
  coding: undefined,
};
const stored = { kind: 'transform', name: 'learned', nominalGain: null, expected: { rhythm: 0, peaks: 0 } } as const;
const learned = readRung(
  { ...stored, ratio: RATIO, ...transformTables([transformed, transformed], RATIO) },
  0,
) as TransformRung;

function through(millivolts: Float32Array, ratio: number, coder: TransformQuantiser = fixed): Int16Array {
  const quantiser = { ...coder, ratio };
  const payload = encodeTransform(quantiseWindow(millivolts, quantiser), quantiser);
  return reconstructWindow(decodeTransform(payload, quantiser), ratio);
}

describe('the lapped transform', () => {
  it('keeps energy and gives back what lies below 56 Hz', () => {
    const random = seededRandom(1);
    const coefficients = Float64Array.from({ length: BLOCKS * CODED }, () => random.normal());
    const samples = inverseTransform(coefficients);
    const energy = (values: Float64Array): number => values.reduce((sum, v) => sum + v * v, 0);
    expect(energy(samples) / energy(coefficients)).toBeCloseTo(1, 4);
    forwardTransform(samples).forEach((v, i) => {
      expect(v).toBeCloseTo(coefficients[i]!, 4);
    });
  });

  it('is the same on every machine', () => {
    const samples = inverseTransform(Float64Array.from({ length: BLOCKS * CODED }, (_, i) => ((i * 37) % 101) - 50));
    const digest = createHash('sha256').update(new Uint8Array(samples.buffer)).digest('hex');
    expect(digest).toBe('897967eb7ec5e9f03b5c993f7a1893cb964c0cb8cf27035dfbd412c803591271');
  });
});

describe('a transform rung', () => {
  it('decodes to within its quantiser step, a finer one closer', () => {
    const errors = [512, 128, 16].map((ratio) => {
      const decoded = through(window, ratio);
      return Math.sqrt(decoded.reduce((sum, v, i) => sum + (v / 200 - window[i]!) ** 2, 0) / WINDOW);
    });
    expect(errors).toEqual([...errors].sort((a, b) => b - a));
    expect(errors[2]).toBeLessThan(0.03);
  });

  // Ratios of the two finest rungs: what they leave is small enough for a jump at a window's border to show.
  it.each([16, 32, RATIO])('leaves no seam where windows that stand alone meet: ratio %i', async (ratio) => {
    let [edge, inside] = [0, 0];
    for (const record of ['A00282', 'A00624', 'A02370', 'A04040']) {
      const [lead] = (await readRecording(join(SHIPPED_SAMPLES, record))).leads;
      const signal = Float32Array.from(lead!.samples, (v) => (v - lead!.baseline) / lead!.gain);
      for (let start = 0; start + WINDOW <= signal.length; start += 700) {
        const own = signal.slice(start, start + WINDOW);
        through(own, ratio).forEach((v, i) => {
          const error = (v / 200 - own[i]!) ** 2;
          if (i < 50 || i >= WINDOW - 50) edge += error / 100;
          else inside += error / (WINDOW - 100);
        });
      }
    }
    expect(Math.sqrt(edge / inside)).toBeLessThan(1.2);
  });

  it('keeps a quiet line quiet and any int16 signal in range', () => {
    const quiet = Float32Array.from({ length: WINDOW }, (_, i) => (i % 2 === 0 ? 0.005 : -0.005));
    expect(Math.max(...through(quiet, RATIO).map(Math.abs))).toBeLessThanOrEqual(8);
    const random = seededRandom(3);
    const loud = Float32Array.from({ length: WINDOW }, () => 160 * (random.uniform() < 0.5 ? -1 : 1));
    expect(through(loud, RATIO)).toHaveLength(WINDOW);
    expect(through(new Float32Array(WINDOW).fill(3.7), RATIO).every((v) => v === 740)).toBe(true);
  });

  it('that has learned contexts gives back the same code, in fewer bytes', () => {
    const code = quantiseWindow(window, learned);
    expect(decodeTransform(encodeTransform(code, learned), learned)).toEqual(code);
    expect(encodeTransform(code, learned).length).toBeLessThan(encodeTransform(code, fixed).length);
    // Ends of the line and scales that no training window had.
    for (const odd of [
      { line: [-32_000, 32_000] as const, scale: 127 },
      { line: [0, -1] as const, scale: 0 },
    ]) {
      const other = { ...code, ...odd };
      expect(decodeTransform(encodeTransform(other, learned), learned)).toEqual(other);
    }
  });

  it.each([
    ['with a fixed rule', fixed],
    ['with learned contexts', learned],
  ])('takes the largest ends of the line that an encoder writes, and refuses larger ones: %s', (_, coder) => {
    const code = quantiseWindow(new Float32Array(WINDOW).fill(-1e6), coder);
    expect(code.line).toEqual([-LARGEST, -LARGEST]);
    expect(decodeTransform(encodeTransform(code, coder), coder)).toEqual(code);
    for (const line of [[LARGEST + 1, 0] as const, [0, -LARGEST - 1] as const]) {
      expect(() => decodeTransform(encodeTransform({ ...code, line }, coder), coder)).toThrow(
        expect.objectContaining({
          code: 'PAYLOAD_CORRUPT',
          message: expect.stringContaining('end of the line') as string,
        }),
      );
    }
  });

  it('has the quantiser step that a power of two gives', () => {
    for (let scale = 0; scale < SCALES; scale++) {
      for (const ratio of [1, 16, 32, 127, RATIO, 511, 65_536]) {
        expect(stepOf(ratio, scale)).toBe((ratio * EIGHTHS[scale % 8]! * Math.pow(2, scale >> 3)) / Math.pow(2, 22));
      }
    }
  });

  it('quantised by what bits cost takes fewer of them than rounding, for little more error', () => {
    const nearest = quantiseNearest(transformed, RATIO);
    const cheap = quantiseWindow(window, learned);
    const errorOf = (code: typeof cheap): number =>
      reconstructWindow(code, RATIO).reduce((sum, v, i) => sum + (v / 200 - window[i]!) ** 2, 0);
    expect(encodeTransform(cheap, learned).length).toBeLessThan(encodeTransform(nearest, learned).length);
    expect(errorOf(cheap)).toBeLessThan(1.3 * errorOf(nearest));
  });

  it.each([
    ['with a fixed rule', fixed],
    ['with learned contexts', learned],
  ])('gives a damaged payload back as some window or refuses it: %s', (_, coder) => {
    const payload = encodeTransform(quantiseWindow(window, coder), coder);
    fc.assert(
      fc.property(fc.nat(payload.length - 1), fc.nat(7), fc.nat(payload.length), (at, bit, keep) => {
        const flipped = Uint8Array.from(payload);
        flipped[at]! ^= 1 << bit;
        for (const bytes of [flipped, payload.slice(0, keep), Uint8Array.from([...payload, at % 256])]) {
          decodesOrRefuses(
            () => reconstructWindow(decodeTransform(bytes, coder), RATIO),
            (samples) => {
              expect(samples).toHaveLength(WINDOW);
            },
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});
