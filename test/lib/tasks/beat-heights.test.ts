import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { BeatHeights, beatsAmong, type HeightState } from '../../../src/lib/tasks/beat-heights.js';
import { distanceMap } from '../../../src/lib/tasks/peaks.js';
import { complexes } from './complexes.js';
import { humAt } from '../signal/hum.js';
import { PHASE } from './standstill.js';

const SECOND = 300;
const everySecond = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, i) => (from + i + 0.5) * SECOND);

/** Where beats are found on a line on which RPnet is sure of each valley. */
function find(millivolts: Float32Array, valleys: readonly number[], heights = new BeatHeights()): number[] {
  const map = distanceMap(Float64Array.from(valleys), 0, millivolts.length);
  return beatsAmong({ map, millivolts }, valleys, heights);
}

const LENGTH = 40 * SECOND;
const all = everySecond(0, 40);
const line = (height: (beat: number) => number): Float32Array => complexes(all, [0, LENGTH], { height });

/** 20 s of beats of 1 mV, then something else; valleys at every second all the way. */
const behind = (fill: (i: number) => number): Float32Array => {
  const beats = complexes(everySecond(0, 20), [0, LENGTH]);
  return beats.map((v, i) => (i < 20 * SECOND ? v : fill(i)));
};

describe('behind the last beat', () => {
  it.each([0.005, 0.01, 0.02])('white noise of %d mV holds none, where RPnet is not sure', (mv) => {
    const random = seededRandom(5);
    const millivolts = behind(() => mv * random.normal());
    const map = distanceMap(Float64Array.from(all), 0, LENGTH).map((v) => Math.max(0.2, v));
    expect(beatsAmong({ map, millivolts }, all, new BeatHeights())).toEqual(everySecond(0, 20));
  });

  it.each([0.01, 0.02])('slow noise of %d mV holds none, where RPnet is not sure', (mv) => {
    const random = seededRandom(6);
    let [once, twice] = [0, 0];
    const slow = (): number => {
      once += 0.15 * (random.normal() - once);
      return (twice += 0.15 * (once - twice));
    };
    const noise = Float32Array.from({ length: LENGTH }, slow);
    const scale = mv / Math.sqrt(noise.reduce((sum, v) => sum + v * v, 0) / LENGTH);
    const millivolts = behind((i) => scale * noise[i]!);
    const map = distanceMap(Float64Array.from(all), 0, LENGTH).map((v) => Math.max(0.2, v));
    expect(beatsAmong({ map, millivolts }, all, new BeatHeights())).toEqual(everySecond(0, 20));
  });

  it.each([0.1, -0.12, 0.15, -0.2, 0.25].flatMap((mv) => [20, 23, 30].map((sigma) => ({ mv, sigma }))))(
    'P waves of $mv mV and $sigma ms alone are none, however sure RPnet is of them, in hum or without',
    ({ mv, sigma }) => {
      const width = 0.3 * sigma;
      // In the middle of each second.
      const wave = (i: number): number => mv * Math.exp(-(((i % SECOND) - 150) ** 2) / (2 * width ** 2));
      expect(find(behind(wave), all)).toEqual(everySecond(0, 20));
      for (const hertz of [50, 60]) {
        const over = (i: number): number => humAt(i / SECOND, SECOND, { mv: 1, hertz, phase: PHASE });
        expect(find(behind(wave).map((v, i) => v + over(i)), all)).toEqual(everySecond(0, 20)); // prettier-ignore
      }
      // Behind beats of 0.6 mV too.
      expect(find(behind(wave).map((v, i) => (i < 20 * SECOND ? 0.6 * v : v)), all)).toEqual(everySecond(0, 20)); // prettier-ignore
    },
  );
});

it('low valleys that come unevenly stay none, and those that are high enough for a first beat do not', () => {
  const uneven = all.map((at, i) => at + (at > LENGTH / 2 && i % 2 === 0 ? 50 : 0));
  const falls = (height: number): number =>
    find(complexes(uneven, [0, LENGTH], { height: (beat) => (beat < LENGTH / 2 ? 10 : height) }), uneven).length;
  expect([falls(0.3), falls(0.5)]).toEqual([20, 35]);
});

describe('noise', () => {
  /** 10 s of valleys of 20 mV, then beats of 1 mV that come unevenly. */
  const uneven = all.map((at, i) => at + (i % 3) * 40);
  const millivolts = complexes(uneven, [0, LENGTH], { height: (beat) => (beat < 10 * SECOND ? 20 : 1) });
  const map = distanceMap(Float64Array.from(uneven), 0, LENGTH);
  const behindNoise = (isNoise?: (at: number) => boolean): number[] =>
    beatsAmong({ map, millivolts }, uneven, new BeatHeights(), 0, isNoise).filter((at) => at > 10 * SECOND);

  it('is no measure of the beats behind it', () => {
    expect(behindNoise()[0]).toBeGreaterThan(14 * SECOND);
    expect(behindNoise((at) => at < 10 * SECOND)).toEqual(uneven.slice(10));
  });

  it('may hold beats as high as those before it, and ends a run of low ones', () => {
    const heights = new BeatHeights({ heights: [1, 1, 1], low: [] });
    const valley = { depth: 0.05, sharpness: 0.6 };
    for (let i = 0; i < 5; i++) heights.isBeat({ ...valley, at: i * SECOND, height: 0.1, noisy: false });
    expect(heights.isBeat({ ...valley, at: 5 * SECOND, height: 8, noisy: true })).toBe(true);
    expect(heights.isBeat({ ...valley, at: 6 * SECOND, height: 0.1, noisy: true })).toBe(false);
    expect(heights.state).toEqual({ heights: [1, 1, 1], low: [] });
  });
});

describe('real beats', () => {
  it('that fall to 40% of their height are all found', () => {
    expect(
      find(
        line((beat) => (beat < LENGTH / 2 ? 1 : 0.4)),
        all,
      ),
    ).toEqual(all);
  });

  it('that fall to 10% are found from the sixth on', () => {
    expect(
      find(
        line((beat) => (beat < LENGTH / 2 ? 1 : 0.1)),
        all,
      ),
    ).toEqual([...everySecond(0, 20), ...everySecond(25, 40)]);
  });

  it('of 1 mV behind artefacts of 20 mV are found from the sixth on', () => {
    expect(
      find(
        line((beat) => (beat < LENGTH / 2 ? 20 : 1)),
        all,
      ).slice(20),
    ).toEqual(everySecond(25, 40));
  });

  it('behind one artefact at the start are all found', () => {
    expect(
      find(
        line((beat) => (beat < SECOND ? 20 : 0.5)),
        all,
      ),
    ).toEqual(all);
  });

  it.each([
    ['low', 0.3],
    ['high', 4],
  ])('are found between ventricular ones that are %s, be they single or every second one', (_, height) => {
    for (const every of [2, 5, 11]) {
      const found = find(line((beat) => (beat > 3 * SECOND && Math.floor(beat / SECOND) % every === 1 ? height : 1)), all); // prettier-ignore
      expect(found).toEqual(all);
    }
  });

  it.each([0.4, 0.8])('as wide as P waves are found between narrow ones where they are %d mV high', (mv) => {
    const narrow = line(() => 0.6);
    for (const every of [2, 5, 11]) {
      const isWide = (i: number): boolean => i > 3 * SECOND && Math.floor(i / SECOND) % every === 1;
      const wide = (i: number): number => mv * Math.exp(-(((i % SECOND) - 150) ** 2) / (2 * 8 ** 2));
      expect(find(narrow.map((v, i) => (isWide(i) ? wide(i) : v)), all)).toEqual(all); // prettier-ignore
    }
  });

  it('are the same in an inverted lead', () => {
    const heights = (beat: number): number => (beat < LENGTH / 2 ? 1 : 0.1 + (beat % 7) / 10);
    const upright = line(heights);
    const found = find(upright, all);
    expect(found.length).toBeGreaterThan(20);
    expect(find(upright.map((v) => -v), all)).toEqual(found); // prettier-ignore
  });

  it('of 0.1 mV are found from the sixth on where the stream begins with them', () => {
    expect(
      find(
        line(() => 0.1),
        all,
      ),
    ).toEqual(everySecond(5, 40));
    expect(
      find(
        line(() => 0.6),
        all,
      ),
    ).toEqual(all);
  });
});

it('goes on after a round trip of the state through JSON at any beat', () => {
  const millivolts = line((beat) => (beat < LENGTH / 2 ? 1 : 0.1));
  const expected = find(millivolts, all);
  for (let cut = 1; cut < all.length; cut++) {
    const first = new BeatHeights();
    const before = find(millivolts, all.slice(0, cut), first);
    const state = JSON.parse(JSON.stringify(first.state)) as HeightState;
    expect([...before, ...find(millivolts, all.slice(cut), new BeatHeights(state))]).toEqual(expected);
  }
});
