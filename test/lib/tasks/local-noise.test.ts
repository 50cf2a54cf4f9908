import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { calmed, isNoiseAround } from '../../../src/lib/tasks/local-noise.js';
import { complexes } from './complexes.js';

const SECOND = 300;
const LENGTH = 20 * SECOND;
const beats = Array.from({ length: 20 }, (_, i) => (i + 0.5) * SECOND);
/** Beats of 1 mV on a line with a little texture, and white noise of `mv` over [from, to) seconds. */
function line(mv: number, from: number, to: number): Float32Array {
  const random = seededRandom(3);
  return complexes(beats, [0, LENGTH]).map((v, i) => {
    const noise = i >= from * SECOND && i < to * SECOND ? mv : 0.01;
    return v + noise * random.normal();
  });
}

describe('noise in a part of a signal', () => {
  it('is where it is, to half a second', () => {
    const millivolts = line(4, 5, 9);
    const seconds = Array.from({ length: 20 }, (_, i) => i);
    const noisy = seconds.filter((at) => isNoiseAround(millivolts, at * SECOND));
    expect(noisy.filter((at) => at < 5 || at > 9)).toEqual([]);
    expect(noisy).toEqual(expect.arrayContaining([6, 7, 8]));
  });

  it('is told at the ends of a signal, and not of one that is too short', () => {
    const millivolts = line(4, 0, 20);
    expect([0, LENGTH - 1].map((at) => isNoiseAround(millivolts, at))).toEqual([true, true]);
    expect(isNoiseAround(millivolts.subarray(0, 200), 100)).toBe(false);
    expect(isNoiseAround(new Float32Array(), 0)).toBe(false);
  });

  it('that is strong is made about as high as the rest, which stays as it is', () => {
    for (const mv of [2, 8, 30]) {
      const millivolts = line(mv, 5, 9.2);
      const calm = calmed(millivolts);
      const height = Math.max(...calm) - Math.min(...calm);
      expect(height).toBeGreaterThanOrEqual(1.9);
      expect(height).toBeLessThan(2.2);
      for (const [from, to] of [
        [0, 5],
        [9.2, 20],
      ] as const)
        expect(calm.subarray(from * SECOND, to * SECOND)).toEqual(millivolts.subarray(from * SECOND, to * SECOND));
    }
  });

  it('that is not stays as it is: beats stand out in it', () => {
    for (const millivolts of [line(0.3, 5, 9.2), line(1.2, 5, 15)]) {
      expect(isNoiseAround(millivolts, 7 * SECOND)).toBe(true);
      expect(calmed(millivolts)).toBe(millivolts);
    }
    const high = line(2, 5, 9.2).map((mv, i) => (i < 5 * SECOND ? 4 * mv : mv));
    expect(calmed(high)).toBe(high);
  });
});

it('the very same signal is given back where there is no noise, and where there is nothing else', () => {
  for (const millivolts of [line(0.01, 0, 0), line(4, 0, 20), new Float32Array(), new Float32Array(100)])
    expect(calmed(millivolts)).toBe(millivolts);
});
