import { expect, it } from 'vitest';
import { prdn } from '../../../src/lib/tasks/reconstruction.js';

const wave = Float32Array.from({ length: 400 }, (_, i) => Math.sin((2 * Math.PI * i) / 40));

it('PRDN is 0 of equals, 100% where all is lost, and the share that is lost', () => {
  expect(prdn(wave, wave)).toBe(0);
  expect(prdn(wave, new Float32Array(400))).toBeCloseTo(100, 4);
  expect(
    prdn(
      wave,
      wave.map((v) => 0.9 * v),
    ),
  ).toBeCloseTo(10, 4);
});

it('PRDN does not flatter a signal that keeps its offset', () => {
  const raised = wave.map((v) => v + 10);
  expect(prdn(raised, new Float32Array(400).fill(10))).toBeCloseTo(100, 3);
});

it('PRDN of a constant is 0 where it was kept and not finite where it was not', () => {
  const flat = new Float32Array(10).fill(3);
  expect(prdn(flat, flat)).toBe(0);
  expect(Number.isFinite(prdn(flat, new Float32Array(10)))).toBe(false);
});
