import { describe, expect, it } from 'vitest';
import { isNoisy } from '../../../src/lib/signal/noise.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { GAIN, sample } from './composed.js';

const RATES = [250, 300, 360, 500, 1000] as const;
const line = (rate: number, value: (t: number) => number, seconds = 6): Int32Array =>
  Int32Array.from({ length: seconds * rate }, (_, i) => Math.round(value(i / rate) * GAIN));

describe.each(RATES)('noise at %i Hz', (rate) => {
  const noisy = (samples: Int32Array): boolean => isNoisy(samples, { rate, gain: GAIN });

  it('is not seen in real beats', async () => {
    for (const name of ['mitdb-100-normal', 'mitdb-202-af', 'mitdb-228-pvc']) {
      const { samples } = await sample(name, rate, 120);
      for (let from = 0; from < samples.length; from += 6 * rate) {
        expect(noisy(samples.subarray(from, from + 6 * rate))).toBe(false);
      }
    }
  });

  it('is seen where the beats drown in it, and in a baseline that leaves the paper', async () => {
    const { samples } = await sample('mitdb-100-normal', rate, 6);
    const random = seededRandom(4);
    // White to the Nyquist frequency: the more of it below 125 Hz the lower the rate.
    const loud = 0.5 * Math.sqrt(Math.max(1, rate / 250));
    expect(noisy(samples.map((v) => v + Math.round(random.normal() * loud * GAIN)))).toBe(true);
    expect(noisy(samples.map((v, i) => v + Math.round(4 * Math.sin((2 * i) / rate) * GAIN)))).toBe(true);
  });

  it('is not seen in what alarms must see: a quiet line, VF, torsades, a constant line', () => {
    const random = seededRandom(5);
    expect(noisy(line(rate, () => random.normal() * 0.02))).toBe(false);
    for (const hertz of [2, 3, 5, 7, 9]) {
      expect(noisy(line(rate, (t) => Math.sin(2 * Math.PI * hertz * t) * (0.6 + 0.4 * Math.sin(t))))).toBe(false);
      expect(
        noisy(line(rate, (t) => Math.sin(2 * Math.PI * hertz * t + Math.sin(3 * t)) + random.normal() * 0.01)),
      ).toBe(false);
    }
    expect(noisy(line(rate, () => 3))).toBe(false);
  });
});

it('nothing is said of less than 0.8 s, and below 100 Hz only of the baseline', () => {
  const random = seededRandom(6);
  const rough = (rate: number, seconds: number): Int32Array => line(rate, () => random.normal(), seconds);
  expect(isNoisy(rough(360, 0.75), { rate: 360, gain: GAIN })).toBe(false);
  expect(isNoisy(rough(360, 1), { rate: 360, gain: GAIN })).toBe(true);
  expect(isNoisy(rough(60, 6), { rate: 60, gain: GAIN })).toBe(false);
  expect(
    isNoisy(
      line(60, (t) => 4 * Math.sin(2 * t)),
      { rate: 60, gain: GAIN },
    ),
  ).toBe(true);
});
