import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/lib/signal/random.js';
import { writeRecording } from '../../../../src/lib/signal/wfdb/index.js';
import { NoiseStore } from '../../../../src/training/evaluation/alarms/noise.js';
import { electrodeMotion, fibrillation, muscle, wander } from '../../../../src/training/evaluation/alarms/synthesis.js';
import { mean } from '../../../../src/training/statistics.js';

const RATE = 360;

describe('noise', () => {
  it('is the recorded one where the folder has it at the same rate, otherwise a made one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dynamic-deep-test-'));
    const samples = Int32Array.from({ length: 10 * RATE }, (_, i) => (i % 2 === 0 ? 500 : -500));
    const lead = { name: 'noise1', rate: RATE, gain: 200, baseline: 0, calibrated: true, samples };
    await writeRecording(folder, { name: 'ma', rate: RATE, warnings: [], leads: [lead] });
    const store = await NoiseStore.open(folder);
    expect(store.recorded).toEqual(['ma']);
    const draw = (name: 'ma' | 'bw', rate: number) => store.draw(name, 1, 2 * RATE, rate, seededRandom(1));
    expect(new Set(Array.from(draw('ma', RATE), (v) => Math.round(1000 * Math.abs(v))))).toEqual(new Set([1000]));
    expect(draw('ma', 250)).toEqual(muscle(2 * RATE, 250, seededRandom(1)));
    expect(draw('bw', RATE)).toEqual(wander(2 * RATE, RATE, seededRandom(1)));
  });

  it.each([
    ['muscle', muscle, 20, 180],
    ['wander', wander, 0, 1],
    ['electrode motion', electrodeMotion, 0, 20],
    ['fibrillation', fibrillation, 2.5, 10],
  ] as const)('like %s has mean 0, deviation 1, and its power where it belongs', (_, make, low, high) => {
    const values = make(8 * RATE, RATE, seededRandom(3));
    expect(mean(values)).toBeCloseTo(0, 6);
    expect(mean(values.map((v) => v * v))).toBeCloseTo(1, 6);
    expect(powerBetween(values, low, high)).toBeGreaterThan(0.8);
  });
});

/** Share of the power of zero-mean `values` between two frequencies, by a discrete Fourier transform of every fifth bin. */
function powerBetween(values: Float64Array, low: number, high: number): number {
  let [inside, total] = [0, 0];
  for (let bin = 1; bin < values.length / 2; bin += 5) {
    let [re, im] = [0, 0];
    for (let i = 0; i < values.length; i++) {
      const angle = (2 * Math.PI * bin * i) / values.length;
      re += values[i]! * Math.cos(angle);
      im += values[i]! * Math.sin(angle);
    }
    const hertz = (bin * RATE) / values.length;
    total += re * re + im * im;
    if (hertz >= low && hertz <= high) inside += re * re + im * im;
  }
  return inside / total;
}
