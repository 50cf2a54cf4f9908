import { describe, expect, it } from 'vitest';
import { keepsBeats as keepsBeatsOf, keepsSilence } from '../../../src/lib/prediction/beats-kept.js';
import { WINDOW } from '../../../src/lib/signal/grid.js';
import { distanceMap } from '../../../src/lib/tasks/peaks.js';

/** A map whose beats are as clear as RPnet's, or as unclear as in noise. */
const mapOf = (beats: number[], depth = 0): Float32Array =>
  distanceMap(Float64Array.from(beats), 0, WINDOW).map((v) => Math.max(v, depth));
const keepsBeats = (original: number[], sent: number[]): boolean => keepsBeatsOf(mapOf(original), mapOf(sent));

/** Beats at a rate, over one window of 1,792 samples at 300 Hz. */
const beatsAt = (perMinute: number): number[] =>
  Array.from(
    { length: Math.floor((1_792 / 300 / 60) * perMinute) },
    (_, i) => 100 + Math.round((i * 18_000) / perMinute),
  );
const without = (beats: number[], ...lost: number[]): number[] => beats.filter((_, i) => !lost.includes(i));

describe('keepsBeats', () => {
  it('is true where they are the same, some samples away, or where there are none', () => {
    expect(keepsBeats(beatsAt(70), beatsAt(70))).toBe(true);
    expect(
      keepsBeats(
        beatsAt(70),
        beatsAt(70).map((beat) => beat + 20),
      ),
    ).toBe(true);
    expect(keepsBeats([], [])).toBe(true);
  });

  it('is false where a slow heart loses a beat, or all', () => {
    expect(keepsBeats(beatsAt(45), without(beatsAt(45), 2))).toBe(false);
    expect(keepsBeats(beatsAt(57), [])).toBe(false);
    expect(keepsBeats([900], [])).toBe(false);
  });

  it('lets a fast heart lose one beat beside another, never so many that a pause of 2 s is made', () => {
    for (const rate of [105, 120, 150, 200]) {
      const beats = beatsAt(rate);
      expect(keepsBeats(beats, without(beats, 4))).toBe(true);
      for (let lost = 1; lost < beats.length - 4; lost++) {
        const left = without(beats, ...Array.from({ length: lost }, (_, i) => 3 + i));
        const pause = Math.max(...left.slice(1).map((beat, i) => beat - left[i]!));
        if (pause >= 600) expect(keepsBeats(beats, left)).toBe(false);
      }
    }
  });

  it('does not mourn what was no clear beat', () => {
    expect(keepsBeatsOf(mapOf(beatsAt(57), 0.3), mapOf([]))).toBe(true);
    expect(keepsBeatsOf(mapOf(beatsAt(57), 0.1), mapOf([]))).toBe(false);
  });

  it('is false where a beat stands in a silence', () => {
    expect(keepsBeats([], [900])).toBe(false);
    expect(keepsBeats([100, 400], [100, 400, 1_000])).toBe(false);
    expect(keepsBeats([100, 400], [100, 250, 400])).toBe(true);
  });
});

describe('keepsSilence', () => {
  it('is false where a clear beat is sent and the original has none but in its noise', () => {
    const noise = mapOf([900], 0.3);
    expect(keepsSilence(noise, mapOf([900]))).toBe(false);
    expect(keepsBeatsOf(noise, mapOf([900]))).toBe(true);
  });

  it('asks for a clear one within 0.6 s, and nothing of beats that are not clear', () => {
    const one = mapOf([100]);
    expect(keepsSilence(one, mapOf([100, 270]))).toBe(true);
    expect(keepsSilence(one, mapOf([100, 900]))).toBe(false);
    expect(keepsSilence(one, mapOf([100, 900], 0.3))).toBe(true);
  });
});
