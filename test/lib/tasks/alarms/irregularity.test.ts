import { describe, expect, it } from 'vitest';
import { irregularityOf } from '../../../../src/lib/tasks/alarms/irregularity.js';
import { ADULT_LIMITS } from '../../../../src/lib/tasks/alarms/limits.js';
import { seededRandom } from '../../../../src/lib/signal/random.js';
import { fibrillating } from './compose.js';

const { onEntropy, offEntropy } = ADULT_LIMITS.irregularity;

const of = (intervals: readonly number[], wait = 300): number | undefined => {
  const beats = intervals.reduce((times, interval) => [...times, times.at(-1)! + interval], [0]);
  return irregularityOf(beats, beats.at(-1)! + wait);
};
/** Intervals of a mean with so much jitter, normal, as a share of it. */
const jittered = (count: number, mean: number, jitter: number, seed = 1): number[] => {
  const random = seededRandom(seed);
  return Array.from({ length: count }, () => Math.round(mean * (1 + jitter * random.normal())));
};

describe('the irregularity of beats', () => {
  it('is the coefficient of sample entropy: every pair counted by hand', () => {
    const bigeminus = [800, 1000, 800, 1000, 800, 1000, 800, 1000, 800, 1000, 800, 1000];
    // Six of 800 and five of 1000 have a next one: 15 and 10 pairs, all of which go on alike.
    expect(of(bigeminus)).toBeCloseTo(Math.log((25 / 25) * (60 / 900)), 9);
    const extra = [800, 800, 800, 800, 800, 800, 500, 800, 800, 800, 800, 800];
    // Ten 800s have a next one: 45 pairs, of which 9 have the 500 as the next of one.
    expect(of(extra)).toBeCloseTo(Math.log((45 / 36) * (60 / (9300 / 12))), 9);
  });

  it('widens its tolerance until five pairs go on alike', () => {
    const rising = Array.from({ length: 12 }, (_, i) => 500 + 40 * i);
    // At 30 and 35 ms no pair is alike; at 40 ms each of the 10 neighbours is, and goes on.
    expect(of(rising)).toBeCloseTo(Math.log((10 / 10) * (80 / 720)), 9);
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed))('is high in fibrillation, seed %i', (seed) => {
    for (const mean of [400, 700, 1200]) expect(of(jittered(30, mean, 0.2, seed))).toBeGreaterThan(onEntropy);
  });

  it.each(Array.from({ length: 20 }, (_, seed) => seed))('is low of regular beats, seed %i', (seed) => {
    for (const mean of [500, 700, 1200]) expect(of(jittered(30, mean, 0.015, seed))).toBeLessThan(offEntropy);
    // Faster than 150 a minute the least tolerance is wide for the interval: never so low, and not high either.
    expect(of(jittered(30, 300, 0.015, seed))).toBeLessThan(onEntropy);
  });

  it('is low of bigeminy, trigeminy and of few ectopic or missed beats', () => {
    const sinus = jittered(30, 800, 0.015);
    const couple = (every: number): number[] =>
      sinus.map((own, i) => (i % every === 0 ? own - 300 : i % every === 1 ? own + 300 : own));
    const missed = sinus.flatMap((own, i) => (i % 10 === 5 ? [2 * own] : [own]));
    for (const intervals of [couple(2), couple(3), couple(10), missed]) expect(of(intervals)).toBeLessThan(offEntropy);
  });

  it('is not known of fewer than eleven intervals, or of older ones than a minute', () => {
    const wild = fibrillating(40);
    expect(of(wild.slice(0, 10))).toBeUndefined();
    expect(of(wild.slice(0, 11))).toBeDefined();
    expect(of(wild.slice(0, 20), 61_000)).toBeUndefined();
    expect(of([])).toBeUndefined();
    // Twelve beats a minute: a slow heart is not judged by beats of minutes.
    expect(of(jittered(30, 6500, 0.2))).toBeUndefined();
  });

  it('is of the newest thirty intervals alone', () => {
    const last = fibrillating(30);
    expect(of([...jittered(60, 800, 0.01), ...last])).toBe(of(last));
  });
});
