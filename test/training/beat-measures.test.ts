import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../src/lib/signal/random.js';
import { BEAT_MEASURES, beatMeasures } from '../../src/training/beat-measures.js';

/** 30 s of narrow beats at these intervals in samples, millivolts. */
function beatsAt(interval: (beat: number) => number): Float32Array {
  const signal = new Float32Array(8960);
  const random = seededRandom(2);
  for (let at = 200, beat = 0; at < signal.length - 200; at += interval(beat++)) {
    for (let i = -12; i <= 12; i++) signal[at + i] = 1 - Math.abs(i) / 12;
  }
  return signal.map((v) => v + 0.01 * random.normal());
}

const [LOG_MEAN, LOG_VARIATION, CHANGED] = [0, 1, 4];
/** Of the beat that is least like the median one. */
const LIKENESS = 16;

describe('measures of a signal’s beats', () => {
  it('tell a regular rhythm from one without a pattern', () => {
    const random = seededRandom(5);
    const regular = beatMeasures(beatsAt(() => 240))!;
    const wild = beatMeasures(beatsAt(() => 150 + random.integer(180)))!;
    expect(regular).toHaveLength(BEAT_MEASURES);
    expect(wild[LOG_VARIATION]! - regular[LOG_VARIATION]!).toBeGreaterThan(2);
    expect(wild[CHANGED]! - regular[CHANGED]!).toBeGreaterThan(1.5);
    const slow = beatMeasures(beatsAt(() => 400))!;
    expect(slow[LOG_MEAN]! - regular[LOG_MEAN]!).toBeCloseTo(Math.log(400 / 240) / 0.25, 1);
  });

  it('tell beats alike from beats of two shapes, and know nothing of a lead’s sign', () => {
    const alike = beatMeasures(beatsAt(() => 240))!;
    const inverted = beatMeasures(beatsAt(() => 240).map((v) => -v))!;
    inverted.forEach((v, i) => {
      expect(v).toBeCloseTo(alike[i]!, 0);
    });
    const every = beatsAt(() => 240);
    // Every second beat upside down.
    for (let at = 440; at < every.length - 100; at += 480) for (let i = -40; i < 40; i++) every[at + i]! *= -1;
    expect(alike[LIKENESS]! - beatMeasures(every)![LIKENESS]!).toBeGreaterThan(2);
  });

  it('are none where there are too few beats', () => {
    expect(beatMeasures(new Float32Array(8960))).toBeUndefined();
    expect(beatMeasures(beatsAt(() => 240).slice(0, 1000))).toBeUndefined();
  });
});
