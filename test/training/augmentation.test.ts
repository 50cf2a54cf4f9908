import { describe, expect, it } from 'vitest';
import { seededRandom, type Random } from '../../src/lib/signal/random.js';
import { deviation } from '../../src/lib/tasks/peaks.js';
import { addNoise, coarselyCoded, cubic, drawNoise, drawStart } from '../../src/training/augmentation.js';
import type { BeatRecord } from '../../src/training/data/mitbih.js';
import { electrodeMotion } from '../../src/training/electrode-motion.js';
import { beatsBefore, peaksBatch } from '../../src/training/peaks-batches.js';
import { augmentedBatch, planEpoch } from '../../src/training/rhythm-batches.js';
import { stressed } from '../../src/training/stress.js';

function complexes(length: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => 3 * Math.exp(-(((i % 250) - 125) ** 2) / 20));
}

function wave(length: number): Float32Array {
  return complexes(length).map((v, i) => v + Math.sin(i / 9));
}

/** A record of one complex each 250 samples. */
function beats(): BeatRecord {
  const peaks = Float64Array.from({ length: 40 }, (_, i) => 250 * i + 125);
  return { name: 'made', lead: 0, leadName: 'I', samples: complexes(10_000), peaks };
}

const noise = [wave(20_000)];

describe('augmentation', () => {
  it('goes through the samples and is exact for straight lines', () => {
    const line = Float32Array.from({ length: 8 }, (_, i) => 2 * i - 3);
    expect(cubic(line, 3)).toBe(3);
    expect(cubic(line, 3.25)).toBeCloseTo(3.5, 6);
  });

  it('adds noise at the ratio asked for', () => {
    const signal = new Float32Array(wave(5000));
    const before = signal.slice();
    addNoise(signal, electrodeMotion(5000, seededRandom(1)), 6);
    const added = signal.map((v, i) => v - before[i]!);
    expect(20 * Math.log10(deviation(before) / deviation(added))).toBeCloseTo(6, 3);
  });

  it('draws every stretch, the last one too', () => {
    const last: Random = { ...seededRandom(1), integer: (limit) => limit - 1 };
    expect(drawStart(20, 6, last)).toBe(14);
    expect(drawStart(6, 6, last)).toBe(0);
    const source = wave(100);
    expect(drawNoise([source], 30, last)).toEqual(source.subarray(70));
  });

  it('codes coarsely without a seam at blocks and without gain', () => {
    const signal = wave(4096);
    const decoded = coarselyCoded(signal, seededRandom(3));
    const error = decoded.map((v, i) => v - signal[i]!);
    expect(deviation(error)).toBeGreaterThan(0);
    expect(deviation(error)).toBeLessThan(0.5 * deviation(signal));
  });

  it('sets noise against the QRS complexes in a stress test', () => {
    const record = beats();
    const added = stressed(record, electrodeMotion(10_000, seededRandom(2)), 0).map((v, i) => v - record.samples[i]!);
    // At 0 dB the noise is as strong as a sine as high as a complex.
    const around = record.samples.subarray(110, 141);
    const height = Math.max(...around) - Math.min(...around);
    expect(deviation(added)).toBeCloseTo(height / Math.sqrt(8), 1);
  });

  it('synthesises the same electrode motion for the same seed, unit deviation, never the same for another', () => {
    const first = electrodeMotion(3000, seededRandom(5));
    expect(electrodeMotion(3000, seededRandom(5))).toEqual(first);
    expect(electrodeMotion(3000, seededRandom(6))).not.toEqual(first);
    expect(deviation(first)).toBeCloseTo(1, 3);
  });
});

describe('batches', () => {
  it('of RPnet are finite, with a valley where a beat is', () => {
    for (let seed = 0; seed < 4; seed++) {
      const { x, y } = peaksBatch([beats()], noise, seed);
      expect(x.shape).toEqual([24, 1, 2048, 1]);
      expect(x.dataSync().every(Number.isFinite)).toBe(true);
      const map = y.dataSync();
      expect(Math.min(...map)).toBeLessThan(0.05);
      expect(Math.max(...map)).toBe(1);
    }
  });

  it('of RPnet are learnt half by a teacher, which is asked about no noise, no silence and no fast beat', () => {
    let asked = 0;
    const teacher = (rows: Float32Array, count: number): Float32Array => {
      asked = count;
      expect(rows).toHaveLength(count * 2048);
      return new Float32Array(rows.length).fill(1);
    };
    const [alone, taught] = [{}, { teacher }].map((by) => peaksBatch([beats()], noise, 1, by));
    expect(taught!.x.dataSync()).toEqual(alone!.x.dataSync());
    expect(asked).toBeGreaterThan(10);
    expect(asked).toBeLessThan(24);
    const [own, half] = [alone!, taught!].map(({ y }) => y.dataSync());
    const rows = Array.from({ length: 24 }, (_, row) => row);
    const least = (map: typeof own, row: number): number => Math.min(...map!.subarray(row * 2048, (row + 1) * 2048));
    // A valley is half as deep where the teacher sees none.
    const raised = rows.filter((row) => least(half, row) > least(own, row) + 0.4);
    expect(raised).toHaveLength(asked);
    for (const row of rows.filter((each) => !raised.includes(each))) expect(least(half, row)).toBe(least(own, row));
  });

  it('of RPnet keep a beat whose complex ends before the heart stands still', () => {
    expect([...beatsBefore(Float64Array.of(400, 471, 484.5, 485, 499, 510), 500)]).toEqual([400, 471, 484.5]);
  });

  it('of rhythm are finite, also for a record without a sample to spare', () => {
    const samples = Int16Array.from(wave(8960), (v) => 300 * v);
    const short = samples.slice(0, 15 * 256);
    const records = Array.from({ length: 64 }, (_, i) => ({
      name: String(i),
      label: i % 4,
      samples: i < 32 ? samples : short,
    }));
    const plan = planEpoch(records, seededRandom(1));
    expect(plan.map(({ records: rows }) => rows.length)).toEqual([32, 32]);
    expect(Math.min(...plan.map(({ steps }) => steps))).toBe(15);
    for (let seed = 0; seed < 10; seed++) {
      for (const batch of plan) {
        const { x, y } = augmentedBatch(batch, noise, seed);
        expect(x.dataSync().every(Number.isFinite)).toBe(true);
        expect(y.shape).toEqual([32, 1, batch.steps, 4]);
      }
    }
  });
});
