import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODEL_RATE, nativeIndex, RECORD, WINDOW, WINDOWS_PER_RECORD } from '../../../src/lib/signal/grid.js';
import { joinNative, joinStretches, ModelRateReader, type Stretch } from '../../../src/lib/signal/model-rate.js';
import { cutPieces } from '../../../src/lib/signal/piece-cutter.js';
import { resample, resampleSupport } from '../../../src/lib/signal/resample.js';
import { toMillivolts } from '../../../src/lib/signal/units.js';
import { beats } from '../codec/signals.js';

const RATES = [250, 300, 360, 500] as const;
const SCALE = { gain: 200, baseline: 1024 };

/** The lossless windows of an epoch. */
function lossless(samples: Int32Array, rate: number): Stretch[] {
  return [...cutPieces(samples, { rate, gain: 200 })].map(({ start, length, firstIndex, count }) => ({
    start,
    length,
    rate,
    firstIndex,
    ...SCALE,
    samples: Int16Array.from(samples.subarray(firstIndex, firstIndex + count)),
  }));
}

/** A lossy window: 300 Hz, steps of 5 microvolts. */
function lossy(window: number): Stretch {
  const start = window * WINDOW;
  return { start, length: WINDOW, rate: 300, firstIndex: start, samples: beats(WINDOW, 300), gain: 200, baseline: 0 };
}

function whole(samples: Int32Array, rate: number, outFirst: number, outCount: number): Float32Array {
  return resample(toMillivolts({ ...SCALE, samples }), { rate, first: 0, outRate: MODEL_RATE, outFirst, outCount });
}

describe('a stream of lossless windows', () => {
  it.each(RATES)('gives at %i Hz what the whole signal gives, but for the last samples before a border', (rate) => {
    const samples = Int32Array.from(beats(25 * rate, rate));
    const stretches = lossless(samples, rate);
    const { start = 0, length = 0 } = stretches.at(-1) ?? {};
    const expected = whole(samples, rate, 0, start + length);
    const support = resampleSupport(rate, MODEL_RATE);
    const reader = new ModelRateReader();
    for (const stretch of stretches) {
      const read = reader.read(stretch);
      expect(read).toHaveLength(stretch.length);
      const end = stretch.firstIndex + stretch.samples.length;
      // The filter of a model sample at native position p reaches to floor(p) + support.
      const sure = read.findIndex((_, i) => Math.floor(((stretch.start + i) * rate) / MODEL_RATE) + support >= end);
      const exact = sure < 0 ? stretch.length : sure;
      expect(exact).toBeGreaterThan(stretch.length - (support * MODEL_RATE) / rate - 2);
      expect(read.subarray(0, exact)).toEqual(expected.subarray(stretch.start, stretch.start + exact));
      for (let i = exact; i < stretch.length; i++)
        expect(Math.abs(read[i]! - expected[stretch.start + i]!)).toBeLessThan(2);
    }
  });

  it('does not look across a hole', () => {
    const rate = 360;
    const [first, second] = lossless(Int32Array.from(beats(5000, rate)), rate);
    if (first === undefined || second === undefined) throw new Error('two windows were expected');
    const alone = new ModelRateReader().read(second);
    const reader = new ModelRateReader();
    reader.read({ ...first, firstIndex: first.firstIndex - 1 });
    expect(reader.read(second)).toEqual(alone);
    const joined = new ModelRateReader();
    joined.read(first);
    expect(joined.read(second)).not.toEqual(alone);
  });
});

describe('joined stretches', () => {
  it.each(RATES)('that are all native are exactly the resampled record, %i Hz', (rate) => {
    const record = 2;
    const samples = Int32Array.from(beats(Math.ceil(((record + 1) * RECORD * rate) / 300), rate));
    const own = lossless(samples, rate).slice(record * WINDOWS_PER_RECORD, (record + 1) * WINDOWS_PER_RECORD);
    const first = nativeIndex(record * RECORD, rate);
    const native = samples.subarray(first, nativeIndex((record + 1) * RECORD, rate));
    const at = { rate, first, outRate: MODEL_RATE, outFirst: record * RECORD, outCount: RECORD };
    expect(joinStretches(own)).toEqual(resample(toMillivolts({ ...SCALE, samples: native }), at));
    expect(joinNative(own, rate)).toEqual(toMillivolts({ ...SCALE, samples: native }));
  });

  it('have the record’s length at both rates whatever rungs are mixed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...RATES), fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), (rate, kinds) => {
        const samples = Int32Array.from(beats(nativeIndex(RECORD, rate), rate));
        const native = lossless(samples, rate);
        const mixed = kinds.map((isLossy, i) => (isLossy ? lossy(i) : native[i]!));
        expect(joinStretches(mixed)).toHaveLength(RECORD);
        expect(joinNative(mixed, rate)).toHaveLength(nativeIndex(RECORD, rate));
      }),
      { numRuns: 25 },
    );
  });

  it('copy lossy windows as they are', () => {
    const joined = joinStretches([lossy(0), lossy(1)]);
    expect(joined.subarray(WINDOW)).toEqual(Float32Array.from(lossy(1).samples, (v) => v / 200));
  });
});
