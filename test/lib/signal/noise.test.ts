import { describe, expect, it } from 'vitest';
import { isNoisy } from '../../../src/lib/signal/noise.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { asystole, fibrillating, GAIN, sample } from './composed.js';
import { humAt, muscleNoise, type Hum } from './hum.js';

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

/** Near both mains frequencies, with and without harmonics and wander, at phases of their own. */
function* hums(mv: number): Generator<Hum> {
  const random = seededRandom(8);
  for (const mains of [50, 60]) {
    for (const off of [-0.5, 0, 0.3]) {
      yield { mv, hertz: mains + off, phase: random.uniform() };
      yield { mv, hertz: mains + off, phase: random.uniform(), harmonics: [0.1, 0.3], wander: 0.3 };
    }
  }
}

const underHum = (samples: Int32Array, rate: number, hum: Hum): Int32Array =>
  samples.map((v, i) => v + Math.round(humAt(i / rate, rate, hum) * GAIN));

describe.each([125, 128, ...RATES])('mains hum at %i Hz', (rate) => {
  const noisy = (samples: Int32Array): boolean => isNoisy(samples, { rate, gain: GAIN });
  const under = (samples: Int32Array, hum: Hum): Int32Array => underHum(samples, rate, hum);
  const random = seededRandom(9);
  const quiet = line(rate, () => 0.3 + random.normal() * 0.005);

  it.each([0.04, 0.08, 0.3, 1])('of %d mV does not make a silent line noisy, whole or cut short', (mv) => {
    for (const hum of hums(mv)) {
      expect(noisy(under(quiet, hum)), JSON.stringify(hum)).toBe(false);
      expect(noisy(under(quiet.subarray(0, 2 * rate), hum)), JSON.stringify(hum)).toBe(false);
    }
  });

  it('of 0.5 mV does not make beats noisy, more than RPnet reads does', async () => {
    for (const name of ['mitdb-100-normal', 'mitdb-202-af', 'mitdb-228-pvc']) {
      const { samples } = await sample(name, rate, 6);
      for (const mv of [0.08, 0.5]) {
        for (const hum of hums(mv)) expect(noisy(under(samples, hum)), `${name} ${JSON.stringify(hum)}`).toBe(false);
      }
      for (const hum of hums(3)) expect(noisy(under(samples, hum)), `${name} ${JSON.stringify(hum)}`).toBe(true);
    }
  });

  it('of any strength hides no asystole: behind the last beat, with P waves, with VF', async () => {
    const record = await sample('mitdb-100-normal', rate, 12);
    const behind = (samples: Int32Array): Int32Array => samples.subarray(samples.length - 6 * rate);
    const shortlyBefore = asystole(record, 4, 4, 0.01).samples;
    const p = line(rate, (t) => 0.2 * Math.exp(-(((t % 0.83) - 0.4) ** 2) / 2 / 0.022 ** 2) + random.normal() * 0.005);
    for (const mv of [0.1, 1]) {
      for (const hum of hums(mv)) {
        for (const samples of [shortlyBefore, fibrillating(record, 4, 12, 0.6).samples, p]) {
          expect(noisy(under(behind(samples), hum)), JSON.stringify(hum)).toBe(false);
        }
      }
    }
  });

  it('does not cover muscle noise in which beats drown', async () => {
    const { samples } = await sample('mitdb-100-normal', rate, 6);
    for (const mv of [0, 0.3]) {
      for (const hum of hums(mv)) {
        const muscle = muscleNoise(samples.length, rate, random);
        const drowned = samples.map((v, i) => v + Math.round(0.4 * muscle[i]! * GAIN));
        expect(noisy(under(drowned, hum)), JSON.stringify(hum)).toBe(true);
      }
    }
  });
});

it('hum does not make a silent line noisy at 100 Hz either, which folds it', () => {
  const random = seededRandom(9);
  const quiet = line(100, () => random.normal() * 0.005);
  for (const mv of [0.08, 0.3]) {
    for (const hum of hums(mv)) {
      expect(isNoisy(underHum(quiet, 100, hum), { rate: 100, gain: GAIN }), JSON.stringify(hum)).toBe(false);
    }
  }
});

it('a silent line is read under noise in which beats would be plain, not under more', () => {
  const random = seededRandom(10);
  for (const rate of RATES.filter((r) => r <= 360)) {
    const noisy = (mv: number): boolean =>
      isNoisy(
        line(rate, () => random.normal() * mv),
        { rate, gain: GAIN },
      );
    expect([0.06, 0.08, 0.1, 0.2, 0.3].map(noisy)).toEqual([false, false, false, true, true]);
  }
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
