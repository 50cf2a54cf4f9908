import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/lib/signal/random.js';
import { slowBeats } from '../../src/training/slow-beats.js';

/** A beat of 40 ms and 10 mV every second, each with a T wave of 3 mV, on a line that rises. */
const RATE = 300;
const peaks = Float64Array.from({ length: 100 }, (_, k) => 150 + k * RATE);
const samples = Float32Array.from({ length: 101 * RATE }, (_, i) => {
  const from = ((i - 150 + RATE / 2) % RATE) - RATE / 2;
  return i / RATE + 10 * Math.max(0, 1 - Math.abs(from) / 6) + 3 * Math.max(0, 1 - Math.abs(from - 75) / 20);
});

describe('beats that are far apart', () => {
  it.each([12, 18, 30, 45])('come at about %i a minute on a quiet line', (rate) => {
    const random = seededRandom(rate);
    let [count, run] = [0, 0];
    for (; run < 40; run++) {
      const { signal, beats } = slowBeats({ samples, peaks }, 2048, random, rate)!;
      expect(signal).toHaveLength(2048);
      count += beats.length;
      for (const at of beats) {
        if (at < 30 || at > 2018) continue;
        const around = signal.subarray(at - 30, at + 31);
        expect(Math.max(...around)).toBe(signal[at]);
        expect(signal[at]).toBeGreaterThan(7);
      }
      // Nothing but quiet noise lies as far from every beat as their parts reach.
      const between = signal.filter((_, i) => beats.every((at) => i < at - 75 || i > at + 150) && i > 150 && i < 1973);
      expect(Math.max(...between.map(Math.abs))).toBeLessThan(0.2);
    }
    expect(count / run).toBeGreaterThan((0.85 * rate * 2048) / RATE / 60);
    expect(count / run).toBeLessThan((1.15 * rate * 2048) / RATE / 60);
  });

  it('are none where the record has too few', () => {
    expect(slowBeats({ samples, peaks: peaks.subarray(0, 1) }, 2048, seededRandom(1), 30)).toBeUndefined();
  });
});
