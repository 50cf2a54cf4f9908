import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MISSING } from '../../../src/lib/signal/types.js';
import { bridge, bridgedSamples, isShortHole } from '../../../src/lib/tasks/short-holes.js';

/** Samples whose value is ten times their index, without those of the holes [from, to). */
function holed(length: number, ...holes: readonly (readonly [from: number, to: number])[]): Int32Array {
  const samples = Int32Array.from({ length }, (_, i) => 10 * i);
  for (const [from, to] of holes) samples.fill(MISSING, from, to);
  return samples;
}

describe('a hole in native samples', () => {
  it.each([
    [62.5, 2],
    [250, 10],
    [300, 12],
    [360, 14],
    [500, 20],
  ])('is a straight line at %d Hz up to %i samples, and a hole beyond', (rate, most) => {
    expect(bridgedSamples(holed(200, [50, 50 + most]), rate)).toEqual(holed(200));
    const longer = holed(200, [50, 51 + most]);
    expect(bridgedSamples(longer, rate)).toBe(longer);
  });

  it('of one sample is bridged at any rate', () => {
    expect(bridgedSamples(holed(40, [20, 21]), 10)).toEqual(holed(40));
  });

  it('stays at the start and at the end', () => {
    const samples = holed(100, [0, 3], [98, 100]);
    expect(bridgedSamples(samples, 300)).toBe(samples);
  });

  it('stays behind fewer samples than it would need', () => {
    expect(bridgedSamples(holed(100, [10, 15], [18, 23], [40, 45]), 300)).toEqual(holed(100, [18, 23]));
  });

  it('is bridged by whole units, and no sample that is there changes', () => {
    const values = fc.oneof(fc.constant(MISSING), fc.integer({ min: -2048, max: 2047 }));
    fc.assert(
      fc.property(fc.array(values, { maxLength: 60 }), fc.constantFrom(62.5, 100, 300, 360), (list, rate) => {
        const samples = Int32Array.from(list);
        const bridged = bridgedSamples(samples, rate);
        expect(samples).toEqual(Int32Array.from(list));
        bridged.forEach((v, i) => {
          if (list[i] !== MISSING) expect(v).toBe(list[i]);
        });
      }),
    );
  });
});

it('holes at 300 Hz are short up to 12 samples, behind as many', () => {
  expect([isShortHole(12, 12), isShortHole(13, 500), isShortHole(5, 4), isShortHole(1, 0)]).toEqual([
    ...[true, false, false, false],
  ]);
  expect(bridge(1, 2, 3)).toEqual(Float32Array.from([1.25, 1.5, 1.75]));
});
