import { describe, expect, it } from 'vitest';
import { assessQuality } from '../../../src/lib/signal/quality.js';
import { MISSING } from '../../../src/lib/signal/types.js';

const GOOD = { missing: 0, constant: false, saturated: false, leadOff: false, noisy: false };
const options = { rate: 250, gain: 200, rails: { low: -1000, high: 1000 } };
const moving = (n: number): number[] => Array.from({ length: n }, (_, k) => k % 50);

describe('assessQuality', () => {
  it.each([
    ['a moving line', moving(500), GOOD],
    ['a quiet line that moves by 1 LSB is readable', [...Array<number>(499).fill(7), 8], GOOD],
    ['a constant line', Array<number>(500).fill(7), { ...GOOD, constant: true }],
    ['a constant line around a gap', [...Array<number>(49).fill(3), MISSING, 3], { ...GOOD, missing: 1, constant: true }], // prettier-ignore
    ['a gap is no lead-off', [MISSING, MISSING], { ...GOOD, missing: 2 }],
    ['a few equal samples before a gap are no line', [7, 7, 7, ...Array<number>(497).fill(MISSING)], { ...GOOD, missing: 497 }], // prettier-ignore
    ['a few of them at a rail are no lead-off', [1000, 1000, 1000, ...Array<number>(497).fill(MISSING)], { ...GOOD, missing: 497 }], // prettier-ignore
    ['9 samples (36 ms) at the rail', [...moving(400), ...Array<number>(9).fill(1000)], GOOD],
    [
      '10 samples (40 ms) at the rail',
      [...moving(400), ...Array<number>(10).fill(-1001)],
      { ...GOOD, saturated: true },
    ],
    [
      'half of it at a rail',
      [...moving(100), ...Array<number>(100).fill(1000)],
      { ...GOOD, saturated: true, leadOff: true },
    ],
  ])('%s', (_, samples, want) => {
    expect(assessQuality(Int32Array.from(samples), options)).toEqual(want);
  });

  it('at its rails alone makes a lead off: a constant line may be asystole', () => {
    const rail = new Int32Array(500).fill(1000);
    expect(assessQuality(rail, options)).toEqual({ ...GOOD, constant: true, saturated: true, leadOff: true });
    expect(assessQuality(rail, { rate: 250, gain: 200 })).toEqual({ ...GOOD, constant: true });
  });

  it('believes the device', () => {
    const quality = assessQuality(Int32Array.from(moving(100)), { rate: 250, gain: 200, deviceLeadOff: true });
    expect(quality).toEqual({ ...GOOD, leadOff: true });
  });
});
