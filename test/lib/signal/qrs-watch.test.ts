import { describe, expect, it } from 'vitest';
import { QrsWatch } from '../../../src/lib/signal/qrs-watch.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { fibrillating, GAIN, sample } from './composed.js';

/** Seconds at which the watch says that a beat came. */
function beatsSeen(samples: Int32Array, rate: number, gain = GAIN): number[] {
  const watch = new QrsWatch({ rate, gain });
  const seen: number[] = [];
  for (const value of samples) {
    watch.push(value);
    if (watch.last !== undefined && watch.last !== seen.at(-1)) seen.push(watch.last);
  }
  return seen;
}

const found = (beat: number, seen: readonly number[]): boolean => seen.some((at) => at > beat - 0.1 && at < beat + 0.2);

describe.each([100, 250, 300, 360, 500, 1000, 10_000])('the watch at %i Hz', (rate) => {
  it.each(['mitdb-100-normal', 'mitdb-228-pvc', 'mitdb-202-af'])(
    'sees nearly every beat of %s, and little else',
    async (name) => {
      const { samples, beats } = await sample(name, rate, 40);
      const seen = beatsSeen(samples, rate);
      expect(beats.filter((beat) => found(beat, seen)).length / beats.length).toBeGreaterThan(0.95);
      expect(seen.length).toBeLessThan(1.08 * beats.length + 1);
    },
  );
});

it('sees the same of an inverted lead, to the sample, whichever way its gain is given', async () => {
  const { samples } = await sample('mitdb-202-af', 360, 60);
  const seen = beatsSeen(samples, 360);
  expect(beatsSeen(samples.map((v) => 37 - v), 360)).toEqual(seen); // prettier-ignore
  expect(beatsSeen(samples, 360, -GAIN)).toEqual(seen);
});

it('sees nothing in a constant line, and hardly anything in noise of 0.03 mV', () => {
  expect(beatsSeen(new Int32Array(20_000).fill(500), 500)).toEqual([]);
  const random = seededRandom(9);
  const quiet = Int32Array.from({ length: 60 * 360 }, () => Math.round(random.normal() * 0.03 * GAIN));
  expect(beatsSeen(quiet, 360)).toEqual([]);
});

it('forgets on a restart what came before, but not how long the epoch has been', async () => {
  const { samples } = await sample('mitdb-100-normal', 360, 20);
  const watch = new QrsWatch({ rate: 360, gain: GAIN });
  for (const value of samples) watch.push(value);
  expect(watch.fastInterval).toBeGreaterThan(0.5);
  watch.restart(3600);
  expect([watch.last, watch.fastInterval, watch.slowInterval(30)]).toEqual([undefined, undefined, undefined]);
  for (const value of samples.subarray(0, 1800)) watch.push(value);
  expect(watch.last).toBeGreaterThan(30);
});

/** Triangles `width` seconds wide at each of `at`, in seconds, 200 units a millivolt. */
const triangles = (samples: Int32Array, at: readonly number[], mv: number, width: number): void => {
  for (const middle of at) {
    const half = width * 180;
    for (let i = Math.ceil(middle * 360 - half); i < middle * 360 + half && i < samples.length; i++) {
      samples[i] = samples[i]! + Math.round(mv * GAIN * (1 - Math.abs(i - middle * 360) / half));
    }
  }
};

describe.each([100, 250, 300, 360, 500, 1000])('at %i Hz a line', (rate) => {
  /** The longest time without a calm moment, seconds; of the signal from `from` on. */
  const longestUnrest = (samples: Int32Array, from = 0): number => {
    const watch = new QrsWatch({ rate, gain: GAIN });
    let longest = 0;
    samples.forEach((value, i) => {
      watch.push(value);
      const now = (i + 1) / rate;
      if (now > from) longest = Math.max(longest, now - Math.max(watch.lastCalm ?? 0, from));
    });
    return longest;
  };

  it.each(['mitdb-100-normal', 'mitdb-202-af'])('is calm between the beats of %s', async (name) => {
    const { samples } = await sample(name, rate, 60);
    expect(longestUnrest(samples)).toBeLessThan(4);
  });

  it.each([0.3, 0.6, 1])('is not in waves like fibrillation of %d mV', async (mv) => {
    const { samples } = fibrillating(await sample('mitdb-100-normal', rate, 40), 25, 15, mv);
    expect(longestUnrest(samples, samples.length / rate - 15)).toBeGreaterThan(13);
  });
});

describe('the fast interval', () => {
  const every = (seconds: number): number[] =>
    Array.from({ length: Math.floor(18 / seconds) }, (_, i) => 1 + seconds * i);
  const fastOf = (parts: readonly { at: readonly number[]; mv: number }[]): number => {
    const samples = new Int32Array(20 * 360);
    for (const { at, mv } of parts) triangles(samples, at, mv, 0.08);
    const watch = new QrsWatch({ rate: 360, gain: GAIN });
    for (const value of samples) watch.push(value);
    return watch.fastInterval ?? NaN;
  };

  it('is that of the beats, be their T waves as far from both neighbours', () => {
    const beats = every(0.68);
    const tWaves = beats.map((at) => at + 0.34);
    expect(fastOf([{ at: beats, mv: 1 }])).toBeCloseTo(0.68, 2);
    expect(fastOf([{ at: beats, mv: 1 }, { at: tWaves, mv: 0.5 }])).toBeCloseTo(0.68, 2); // prettier-ignore
  });

  it('is that of a true tachycardia whose beats differ in height', () => {
    const beats = every(0.35);
    const [even, odd] = [beats.filter((_, i) => i % 2 === 0), beats.filter((_, i) => i % 2 === 1)];
    expect(fastOf([{ at: even, mv: 1 }, { at: odd, mv: 0.7 }])).toBeCloseTo(0.35, 1); // prettier-ignore
  });

  it('is no fast one where beats come in pairs, and stays one where a beat is missed', () => {
    const singles = every(1.1);
    expect(fastOf([{ at: singles, mv: 1 }, { at: singles.map((at) => at + 0.38), mv: 1 }])).toBeGreaterThan(60 / 140); // prettier-ignore
    const missed = every(0.36).filter((_, i, all) => i !== all.length - 3);
    expect(fastOf([{ at: missed, mv: 1 }])).toBeLessThan(60 / 140);
  });
});

describe('the slow interval', () => {
  const slow = Array.from({ length: 10 }, (_, i) => 1 + 1.9 * i);

  it.each([0, 0.6])('is that of the beats, with T waves of %d mV', (mv) => {
    const samples = new Int32Array(20 * 360);
    triangles(samples, slow, 1, 0.08);
    triangles(samples, slow.map((at) => at + 0.42), mv, 0.12); // prettier-ignore
    expect(beatsSeen(samples, 360).length).toBe(mv === 0 ? 10 : 20);
    const watch = new QrsWatch({ rate: 360, gain: GAIN });
    for (const value of samples.subarray(0, 12 * 360)) watch.push(value);
    expect(watch.slowInterval(12)).toBeCloseTo(1.9, 1);
  });

  it('stays that of fast beats, and is not known of few', () => {
    const samples = new Int32Array(20 * 360);
    const fast = Array.from({ length: 45 }, (_, i) => 1 + 0.4 * i);
    triangles(samples, fast, 1, 0.08);
    const watch = new QrsWatch({ rate: 360, gain: GAIN });
    for (const value of samples.subarray(0, 2 * 360)) watch.push(value);
    expect(watch.slowInterval(2)).toBeUndefined();
    for (const value of samples.subarray(2 * 360, 12 * 360)) watch.push(value);
    expect(watch.slowInterval(12)).toBeCloseTo(0.4, 1);
  });
});
