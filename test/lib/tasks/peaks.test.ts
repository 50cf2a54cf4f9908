import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceMap, matchBeats, normalisePeaks, peaksError, pickPeaks } from '../../../src/lib/tasks/peaks.js';

/** Beats at least 200 ms apart, whole samples, inside 3,000. */
const beatList = fc
  .array(fc.integer({ min: 60, max: 300 }), { minLength: 1, maxLength: 9 })
  .map((gaps) => gaps.reduce<number[]>((list, gap) => [...list, (list.at(-1) ?? 0) + gap], []));

describe('the distance map', () => {
  it('gives its peaks back', () => {
    fc.assert(
      fc.property(beatList, (peaks) => {
        expect(pickPeaks(distanceMap(Float64Array.from(peaks), 0, 3000))).toEqual(peaks);
      }),
    );
  });

  it('is the distance to the nearest peak, clipped and scaled', () => {
    const map = distanceMap(Float64Array.of(100, 130.5), 90, 60);
    for (let i = 0; i < map.length; i++) {
      const distance = Math.min(Math.abs(i + 90 - 100), Math.abs(i + 90 - 130.5), 40);
      expect(map[i]).toBeCloseTo(distance / 40, 6);
    }
    expect(Array.from(distanceMap(new Float64Array(0), 0, 3))).toEqual([1, 1, 1]);
  });
});

describe('picked peaks', () => {
  it('are valleys at least 200 ms apart, the deepest first, of any map', () => {
    const value = fc.float({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.array(value, { maxLength: 500 }), (values) => {
        const map = Float32Array.from(values);
        const peaks = pickPeaks(map);
        for (const [i, peak] of peaks.entries()) {
          expect(map[peak]).toBeLessThan(0.5);
          if (i > 0) expect(peak - peaks[i - 1]!).toBeGreaterThanOrEqual(60);
        }
      }),
    );
    const map = new Float32Array(200).fill(1);
    map[50] = 0.3;
    map[80] = 0.1;
    map[150] = 0.6;
    expect(pickPeaks(map)).toEqual([80]);
  });

  it('lie in the middle of a flat bottom and may lie at the ends', () => {
    const map = new Float32Array(200).fill(1);
    map.fill(0.2, 100, 105);
    map[0] = 0;
    map[199] = 0;
    expect(pickPeaks(map)).toEqual([0, 102, 199]);
  });
});

describe('the loss between two maps', () => {
  it('is 0 of equals, symmetric, quadratic below 0.2 and linear above', () => {
    const flat = (v: number): Float32Array => new Float32Array(10).fill(v);
    expect(peaksError(flat(0.3), flat(0.3))).toBe(0);
    expect(peaksError(flat(0), flat(0.125))).toBeCloseTo((0.5 * 0.125 ** 2) / 0.2, 9);
    expect(peaksError(flat(0), flat(0.75))).toBeCloseTo(0.65, 9);
    expect(peaksError(flat(0.75), flat(0))).toBe(peaksError(flat(0), flat(0.75)));
  });

  it('is not a number where a map is none', () => {
    expect(peaksError(Float32Array.of(0), Float32Array.of(NaN))).toBeNaN();
  });
});

describe('matched beats', () => {
  it('count every beat of both lists once', () => {
    fc.assert(
      fc.property(beatList, beatList, (reference, tested) => {
        const { matched, missed, invented } = matchBeats(reference, tested);
        expect(matched + missed).toBe(reference.length);
        expect(matched + invented).toBe(tested.length);
        expect(matchBeats(reference, reference)).toMatchObject({ matched: reference.length, missed: 0, invented: 0 });
      }),
    );
  });

  it('match within 75 ms, one to one', () => {
    expect(matchBeats([100, 400], [123, 424])).toEqual({ matched: 1, missed: 1, invented: 1, offsets: [23] });
    expect(matchBeats([100], [90, 110])).toEqual({ matched: 1, missed: 0, invented: 1, offsets: [-10] });
    expect(matchBeats([100], [])).toEqual({ matched: 0, missed: 1, invented: 0, offsets: [] });
  });
});

it('RPnet’s input has its median removed and a floor that keeps a quiet line quiet', () => {
  const quiet = Float32Array.from({ length: 600 }, (_, i) => 0.002 * (i % 2));
  const out = new Float32Array(600);
  normalisePeaks(quiet, out);
  expect(Math.max(...out.map(Math.abs))).toBeLessThan(0.05);
  const loud = Float32Array.from({ length: 600 }, (_, i) => 3 + Math.sin(i / 5));
  normalisePeaks(loud, out);
  const deviation = Math.sqrt(out.reduce((sum, v) => sum + v * v, 0) / 600);
  expect(deviation).toBeGreaterThan(0.85);
  expect(deviation).toBeLessThan(1);
});
