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

const measuresOf = (signal: Float32Array): Float32Array => beatMeasures(signal)!;

const [LOG_MEAN, LOG_VARIATION, CHANGED] = [0, 1, 4];
/** Of the beat that is least like the median one. */
const LIKENESS = 16;
/** Of half of the P waves to the median one. */
const LIKENESS_OF_P = 17;

describe('measures of a signal’s beats', () => {
  it('tell a regular rhythm from one without a pattern', () => {
    const random = seededRandom(5);
    const regular = measuresOf(beatsAt(() => 240));
    const wild = measuresOf(beatsAt(() => 150 + random.integer(180)));
    expect(regular).toHaveLength(BEAT_MEASURES);
    expect(wild[LOG_VARIATION]! - regular[LOG_VARIATION]!).toBeGreaterThan(2);
    expect(wild[CHANGED]! - regular[CHANGED]!).toBeGreaterThan(1.5);
    const slow = measuresOf(beatsAt(() => 400));
    expect(slow[LOG_MEAN]! - regular[LOG_MEAN]!).toBeCloseTo(Math.log(400 / 240) / 0.25, 1);
  });

  it('tell beats alike from beats of two shapes, and know nothing of a lead’s sign', () => {
    const alike = measuresOf(beatsAt(() => 240));
    const inverted = measuresOf(beatsAt(() => 240).map((v) => -v));
    inverted.forEach((v, i) => {
      expect(v).toBeCloseTo(alike[i]!, 0);
    });
    const every = beatsAt(() => 240);
    // Every second beat upside down.
    for (let at = 440; at < every.length - 100; at += 480) for (let i = -40; i < 40; i++) every[at + i]! *= -1;
    expect(alike[LIKENESS]! - measuresOf(every)[LIKENESS]!).toBeGreaterThan(2);
  });

  it('know nothing of P waves where the line before a beat is flat', () => {
    // Every sample there is 0.1 mV: about a mean that was rounded they would all be alike, or opposite.
    const flat = new Float32Array(8960).fill(0.1);
    for (let at = 200; at < flat.length - 200; at += 240) {
      for (let i = -8; i <= 8; i++) flat[at + i]! += 1 - Math.abs(i) / 8;
    }
    expect(measuresOf(flat)[LIKENESS_OF_P]).toBeCloseTo(-0.7 / 0.3, 6);
  });

  it('are none where there are too few beats', () => {
    expect(beatMeasures(new Float32Array(8960))).toBeUndefined();
    expect(beatMeasures(beatsAt(() => 240).slice(0, 1000))).toBeUndefined();
  });
});
