import { expect, it } from 'vitest';
import { MISSING } from '../../../src/lib/signal/types.js';
import { fromMillivolts, toMillivolts } from '../../../src/lib/signal/units.js';

const lead = { gain: 200, baseline: 1024, samples: Int32Array.of(1024, 1224, 824, MISSING, 1025) };

it('subtracts the baseline, divides by the gain', () => {
  expect([...toMillivolts(lead, 0, 3)]).toEqual([0, 1, -1]);
  expect([...toMillivolts({ ...lead, gain: -200 }, 1, 3)]).toEqual([-1, 1]);
});

it('refuses a missing sample by its index', () => {
  expect(() => toMillivolts(lead)).toThrow('sample 3 is missing');
  expect(() => toMillivolts(lead, 2)).toThrow('sample 3 is missing');
  expect(toMillivolts(lead, 4)).toHaveLength(1);
});

it('goes back to the same ADC values, and to MISSING where there is none', () => {
  expect(fromMillivolts(toMillivolts(lead, 0, 3), lead)).toEqual(lead.samples.slice(0, 3));
  expect([...fromMillivolts(Float64Array.of(NaN, Infinity, 1e300, 0), lead)]).toEqual([
    MISSING,
    MISSING,
    MISSING,
    1024,
  ]);
});
