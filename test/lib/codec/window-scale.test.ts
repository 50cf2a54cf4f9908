import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  EIGHTHS,
  measureScale,
  offsetMillivolts,
  offsetUnit,
  readScale,
  SCALES,
  scaleMillivolts,
  writeScale,
} from '../../../src/lib/codec/window-scale.js';
import { decodesOrRefuses } from './decoder-law.js';

const voltage = fc.float({ min: -160, max: 160, noNaN: true });
const windows = fc.array(voltage, { minLength: 1, maxLength: 100 }).map((values) => Float32Array.from(values));

describe('the scale of a window', () => {
  it('is the deviation to a sixteenth of an octave, and the median to a sixteenth of the scale', () => {
    const millivolts = Float32Array.from({ length: 1000 }, (_, i) => 0.3 + 0.5 * Math.sin(i / 7));
    const scale = measureScale(millivolts);
    expect(Math.abs(Math.log2(scaleMillivolts(scale) / (0.5 / Math.SQRT2)))).toBeLessThan(1 / 16 + 0.01);
    const median = millivolts.slice().sort()[500]!;
    expect(Math.abs(offsetMillivolts(scale) - median)).toBeLessThanOrEqual(scaleMillivolts(scale) / 15);
    expect(scale.offset % offsetUnit(scale.index)).toBe(0);
  });

  it('has the unit of its offset that a power of two gives', () => {
    for (let index = 0; index < SCALES; index++) {
      const unit = Math.round((EIGHTHS[index % 8]! * Math.pow(2, index >> 3)) / Math.pow(2, 17));
      expect(offsetUnit(index)).toBe(Math.max(1, unit));
    }
  });

  it('leaves a quiet line quiet', () => {
    const quiet = measureScale(Float32Array.from({ length: 1792 }, (_, i) => 0.001 * (i % 2)));
    expect(quiet.index).toBe(0);
    expect(scaleMillivolts(quiet)).toBeCloseTo(0.02, 10);
  });

  it('comes back from its bytes', () => {
    fc.assert(
      fc.property(windows, fc.uint8Array({ maxLength: 5 }), (millivolts, rest) => {
        const scale = measureScale(millivolts);
        expect(scale.index).toBeGreaterThanOrEqual(0);
        expect(scale.index).toBeLessThanOrEqual(127);
        const out: number[] = [];
        writeScale(scale, out);
        expect(readScale(Uint8Array.from([...out, ...rest]))).toEqual({ scale, length: out.length });
      }),
    );
  });

  it('is read from any bytes or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
        decodesOrRefuses(
          () => readScale(bytes),
          ({ scale, length }) => {
            expect(scale.index).toBeLessThanOrEqual(127);
            expect(length).toBeLessThanOrEqual(bytes.length);
          },
        );
      }),
    );
    expect(() => readScale(Uint8Array.of(128, 0))).toThrow(expect.objectContaining({ code: 'PAYLOAD_CORRUPT' }));
  });
});
