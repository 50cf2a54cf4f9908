import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearScale, logScale, logScaleAt } from '../../../../../src/training/evaluation/compression/report/scale.js';

const positive = fc.array(fc.double({ min: 1e-6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 20 });

describe('scales', () => {
  it.each([
    ['linear', linearScale],
    ['logarithmic', logScale],
  ])('of any values keep them between their ends, in order: %s', (_name, scale) => {
    fc.assert(
      fc.property(positive, (values) => {
        const { at, ticks } = scale(values, 100, 400);
        const places = values.toSorted((a, b) => a - b).map(at);
        for (const place of places) {
          expect(place).toBeGreaterThanOrEqual(100 - 1e-6);
          expect(place).toBeLessThanOrEqual(400 + 1e-6);
        }
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThan(25);
      }),
    );
  });

  it('stand still where nothing is to be shown, or a value lies below the floor', () => {
    expect(logScale([], 0, 1).ticks).toEqual([1, 2, 5, 10]);
    const { at } = logScale([0, 1e-9, 10], 0, 1, 0.01);
    expect(at(0)).toBe(0);
    expect(at(10)).toBe(1);
  });

  it('take their ticks from the bounds, with room beside them', () => {
    const { at, ticks } = logScaleAt([0.1, 0.75], 0, 100);
    expect(ticks).toEqual([0.1, 0.75]);
    expect(at(0.1)).toBeCloseTo(100 - at(0.75));
    expect(Number.isFinite(logScaleAt([0.5], 0, 100).at(0.5))).toBe(true);
  });
});
