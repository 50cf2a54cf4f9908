import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/lib/signal/random.js';
import { quickBeats } from '../../src/training/quick-beats.js';

/** A beat of 40 ms every second on a line that rises: height says which beat, and how the time between was pressed. */
const RATE = 300;
const peaks = Float64Array.from({ length: 100 }, (_, k) => 150 + k * RATE);
const samples = Float32Array.from({ length: 101 * RATE }, (_, i) => {
  const from = ((i - 150 + RATE / 2 + RATE) % RATE) - RATE / 2;
  return i / RATE + 10 * Math.max(0, 1 - Math.abs(from) / 6);
});

describe('beats that are pressed together', () => {
  it.each([150, 200, 250])('come at %i a minute, even or uneven, and are what they were', (rate) => {
    const random = seededRandom(rate);
    for (let run = 0; run < 20; run++) {
      const { signal, beats } = quickBeats({ samples, peaks }, 2048, random, rate)!;
      expect(signal).toHaveLength(2048);
      const intervals = Array.from(beats.subarray(1), (beat, i) => beat - beats[i]!);
      const mean = intervals.reduce((sum, each) => sum + each, 0) / intervals.length;
      expect(Math.abs(mean - (60 * RATE) / rate)).toBeLessThan(0.12 * mean);
      for (const beat of beats) {
        const at = Math.round(beat);
        if (at < 20 || at > 2026) continue;
        const around = signal.subarray(at - 20, at + 21);
        // Its top, and the line 50 ms beside it on either side.
        expect(Math.max(...around) - Math.max(around[0]!, around[40]!)).toBeGreaterThan(8);
        expect(signal[at]!).toBeGreaterThan(signal[at - 6]! + 7);
        expect(signal[at]!).toBeGreaterThan(signal[at + 6]! + 7);
      }
      // The line goes on through them: nothing jumps where two intervals meet.
      const steps = Array.from(signal.subarray(1), (v, i) => Math.abs(v - signal[i]!));
      expect(Math.max(...steps)).toBeLessThan(2.5);
    }
  });

  it('stay as they are where they are faster already, and are none where the record has too few', () => {
    const fast = { samples, peaks: Float64Array.from({ length: 400 }, (_, k) => 150 + k * 60) };
    const { beats } = quickBeats(fast, 2048, seededRandom(1), 150)!;
    for (let i = 1; i < beats.length; i++) expect(beats[i]! - beats[i - 1]!).toBeCloseTo(60);
    expect(quickBeats({ samples, peaks: peaks.subarray(0, 4) }, 2048, seededRandom(1), 200)).toBeUndefined();
  });
});
