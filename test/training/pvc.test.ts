import { expect, it } from 'vitest';
import tf, { type LayersModel, type Tensor } from '../../src/lib/model/tf.js';
import { seededRandom } from '../../src/lib/signal/random.js';
import { buildPvc } from '../../src/training/pvc.js';
import { scoreVentricular } from '../../src/training/pvc-scores.js';

const run = (network: LayersModel, row: Float32Array): number =>
  tf.tidy(() => (network.predict(tf.tensor2d(row, [1, row.length])) as Tensor).dataSync()[1]!);

it('the network for ventricular beats sees neither level nor scale, and a quiet line as quiet', () => {
  const random = seededRandom(3);
  const row = Float32Array.from({ length: 420 }, (_, i) => 3 * Math.sin(i / 9) + random.normal());
  const { core, whole } = buildPvc(row.length, 1);
  const level = row.reduce((a, b) => a + b, 0) / row.length;
  const spread = Math.sqrt(row.reduce((sum, v) => sum + (v - level) ** 2, 0) / row.length);
  /** As training shows rows that are `gain` times as high. */
  const shown = (gain: number): Float32Array => row.map((v) => (gain * (v - level)) / Math.hypot(gain * spread, 0.05));
  expect(run(whole, row)).toBeCloseTo(run(core, shown(1)), 4);
  const higher = row.map((v) => 2 * v + 7);
  expect(run(whole, higher)).toBeCloseTo(run(whole, row), 3);
  const quiet = row.map((v) => v / 1000);
  expect(run(whole, quiet)).toBeCloseTo(run(core, shown(1 / 1000)), 4);
  expect(Math.abs(run(whole, quiet) - run(whole, row))).toBeGreaterThan(0.01);
});

it('its scores are those of all records together, with intervals over records', () => {
  const counts = (name: string, found: number, missed: number, invented: number, rejected: number) => ({ name, found, missed, invented, rejected }); // prettier-ignore
  const { figures, intervals } = scoreVentricular([counts('a', 8, 2, 0, 90), counts('b', 1, 1, 3, 95)], 1);
  expect(figures.sensitivity).toBeCloseTo(9 / 12, 12);
  expect(figures.precision).toBeCloseTo(9 / 12, 12);
  expect(figures.f1).toBeCloseTo(18 / 24, 12);
  expect(figures.specificity).toBeCloseTo(185 / 188, 12);
  expect(intervals.sensitivity).toEqual([0.5, 0.8]);
  expect(scoreVentricular([counts('none', 0, 0, 0, 4)], 1).figures.sensitivity).toBeNull();
});
