import { beforeAll, describe, expect, it } from 'vitest';
import { RECORD, STEP, WINDOW } from '../../src/lib/signal/grid.js';
import { seededRandom } from '../../src/lib/signal/random.js';
import { deviation } from '../../src/lib/tasks/peaks.js';
import { loadDecodedSignals, type DecodedSignals } from '../../src/training/decoded-signals.js';
import { pairedBatch } from '../../src/training/rhythm-batches.js';
import { beats } from '../lib/codec/signals.js';
import { MODELS } from '../models.js';

const signal = Float32Array.from(beats(RECORD, 300), (v) => v / 1000);

describe('signals as the cloud hears them', () => {
  let decoded: DecodedSignals;
  beforeAll(async () => {
    decoded = await loadDecodedSignals(MODELS);
  });

  it('are near the originals, never the same, and leave those as they were', () => {
    const before = signal.slice();
    const [sent] = decoded([signal], seededRandom(1));
    expect(signal).toEqual(before);
    const error = deviation(sent!.map((v, i) => v - signal[i]!)) / deviation(signal);
    expect(error).toBeGreaterThan(0.01);
    expect(error).toBeLessThan(0.8);
  });

  it('are the same for the same seed, of other rungs for another', () => {
    const [first] = decoded([signal], seededRandom(1));
    expect(decoded([signal], seededRandom(1))[0]).toEqual(first);
    expect(decoded([signal], seededRandom(2))[0]).not.toEqual(first);
  });

  it('leave what is behind the last whole window', () => {
    const row = signal.slice(0, WINDOW + 300);
    const [sent] = decoded([row], seededRandom(3));
    expect(sent!.subarray(WINDOW)).toEqual(row.subarray(WINDOW));
    expect(sent!.subarray(0, WINDOW)).not.toEqual(row.subarray(0, WINDOW));
  });

  it('stand beside their originals in a batch, row by row', () => {
    const record = { name: 'made', label: 2, samples: beats(RECORD + 600, 300) };
    const noise = [Float32Array.from(beats(20_000, 300))];
    const { x, xDecoded, y } = pairedBatch({ records: [record, record], steps: 35 }, noise, decoded, 7);
    expect([x.shape, xDecoded.shape]).toEqual([[2, 1, 35 * STEP, 1], [2, 1, 35 * STEP, 1]]); // prettier-ignore
    expect(y.shape).toEqual([2, 1, 35, 4]);
    const [original, sent] = [x.dataSync(), xDecoded.dataSync()];
    for (const row of [0, 1]) {
      const [a, b] = [original, sent].map((all) => Float32Array.from(all.subarray(row * RECORD, (row + 1) * RECORD)));
      expect(deviation(b!.map((v, i) => v - a![i]!))).toBeLessThan(deviation(a!));
    }
  });
});
