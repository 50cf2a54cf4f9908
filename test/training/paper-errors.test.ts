import { expect, it } from 'vitest';
import { LATENT_COUNT } from '../../src/lib/codec/latents.js';
import { buildNetworks } from '../../src/training/compressor.js';
import { collectErrors, headFigures } from '../../src/training/paper-errors.js';
import type { WindowErrors } from '../../src/training/record-errors.js';
import { beatRecords, easyTasks } from './paper-material.js';

it('errors come window by window for every head, those against labels beside the added ones', () => {
  const errors = collectErrors(beatRecords(2), buildNetworks(), easyTasks);
  for (const head of [16, 32, 64] as const) {
    const { latents, added, label, prdn } = errors[head];
    expect([latents.length, added.length, label.length, prdn.length]).toEqual([10, 10, 10, 2]);
    expect(latents.every((row) => row.length === LATENT_COUNT[head] && row.every((v) => Math.abs(v) <= 1))).toBe(true);
    added.forEach(([rhythm, peaks], i) => {
      expect(rhythm).toBeGreaterThanOrEqual(0);
      expect(label[i]![0]).toBeGreaterThan(0);
      expect(label[i]![1]).toBe(peaks);
    });
    expect(prdn.every((v) => v > 10)).toBe(true);
  }
});

it('figures of a head are means over records, and ranks of task errors beside those of the reconstruction', () => {
  const windows = (...records: WindowErrors[]): WindowErrors[] => records.flatMap((own) => new Array<WindowErrors>(5).fill(own)); // prettier-ignore
  const figures = headFigures({
    latents: [],
    prdn: [10, 20, 30, 40],
    added: windows([0, 4], [1, 3], [2, 2], [3, 1]),
    label: windows([1, 4], [0, 3], [3, 2], [2, 1]),
  });
  expect(figures).toMatchObject({ prdnMedian: 30, addedMean: 1.5, crossEntropyMean: 1.5, peaksMean: 2.5 });
  expect(figures['addedRank']).toBeCloseTo(1);
  expect(figures['peaksRank']).toBeCloseTo(-1);
  expect(figures['crossEntropyRank']).toBeCloseTo(0.6);
});
