import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/lib/signal/random.js';
import { deviation } from '../../src/lib/tasks/peaks.js';
import {
  addBurst,
  addCapture,
  addHum,
  addPacing,
  addWander,
  muscleNoise,
  skinStretch,
} from '../../src/training/interference.js';

const LENGTH = 3000;
const seeds = Array.from({ length: 40 }, (_, seed) => seededRandom(seed + 1));
const line = (change: (millivolts: Float32Array) => void): Float32Array => {
  const out = new Float32Array(LENGTH);
  change(out);
  return out;
};
/** Share of a line's power at a frequency, both phases. */
const shareAt = (values: Float32Array, hertz: number): number => {
  let [real, imaginary, power] = [0, 0, 0];
  values.forEach((v, i) => {
    real += v * Math.cos((2 * Math.PI * hertz * i) / 300);
    imaginary += v * Math.sin((2 * Math.PI * hertz * i) / 300);
    power += v * v;
  });
  return (2 * (real ** 2 + imaginary ** 2)) / (LENGTH * power);
};

describe('what lies over a lead', () => {
  it('hum is of 0.01 to 1 mV, most of it within half a hertz of 50 or 60', () => {
    for (const random of seeds) {
      const hum = line((out) => { addHum(out, random); }); // prettier-ignore
      const near = Array.from({ length: 21 }, (_, i) => 0.05 * i - 0.5).flatMap((off) => [50 + off, 60 + off]);
      expect(Math.max(...near.map((hertz) => shareAt(hum, hertz)))).toBeGreaterThan(0.7);
      expect(deviation(hum)).toBeGreaterThan(0.006);
      expect(deviation(hum)).toBeLessThan(0.8);
    }
  });

  it('wander is 1 to 24 times what it lies on, at most 5 mV twice, and slow', () => {
    for (const random of seeds) {
      const own = Float32Array.from({ length: LENGTH }, (_, i) => 0.2 * Math.sin(i));
      const out = own.slice();
      addWander(out, random);
      const wander = out.map((v, i) => v - own[i]!);
      expect(deviation(wander)).toBeLessThan(24 * deviation(own));
      expect(Math.max(...wander.map(Math.abs))).toBeLessThan(2 * 5 * Math.SQRT2);
      expect(Math.max(...wander.slice(1).map((v, i) => Math.abs(v - wander[i]!)))).toBeLessThan(0.3);
    }
  });

  it('a burst covers a part, and leaves the rest as it was', () => {
    const lengths = seeds.map((random) => {
      const own = Float32Array.from({ length: LENGTH }, (_, i) => 0.2 * Math.sin(i));
      const out = own.slice();
      addBurst(out, random);
      const touched = Array.from(out.keys()).filter((i) => out[i] !== own[i]);
      const [first = 0, last = -1] = [touched[0], touched.at(-1)];
      const burst = out.slice(first, last + 1).map((v, i) => v - own[first + i]!);
      expect(deviation(burst)).toBeLessThan(1.5 * 20 * deviation(own));
      // It is no hole of its own: all of it is touched.
      expect(touched.length).toBeGreaterThan(0.95 * burst.length);
      return burst.length;
    });
    expect(Math.max(...lengths)).toBeLessThanOrEqual(0.6 * LENGTH);
    expect(Math.max(...lengths)).toBeGreaterThan(0.3 * LENGTH);
  });

  it('pulses are as regular as a pacemaker, or stand just before the beats', () => {
    const beats = Float64Array.from([400, 700, 1000, 1300]);
    for (const random of seeds) {
      const paced = line((out) => { addPacing(out, random); }); // prettier-ignore
      expect(paced.every(Number.isFinite)).toBe(true);
      const highest = Math.max(...paced.map(Math.abs));
      expect(highest).toBeGreaterThan(0.04);
      expect(highest).toBeLessThan(2.5);
      const captured = line((out) => { addCapture(out, beats, random); }); // prettier-ignore
      const first = captured.findIndex((v) => v !== 0);
      expect(400 - first).toBeGreaterThanOrEqual(6);
      expect(400 - first).toBeLessThanOrEqual(19);
    }
  });

  it.each([
    ['stretched skin', skinStretch],
    ['muscle noise', muscleNoise],
  ])('%s has unit deviation, and is another each time', (_, make) => {
    const stretches = seeds.map((random) => make(LENGTH, random));
    for (const stretch of stretches) expect(deviation(stretch)).toBeCloseTo(1, 3);
    expect(new Set(stretches.map((stretch) => stretch[17])).size).toBe(seeds.length);
  });
});
