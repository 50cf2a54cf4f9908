import { expect, it } from 'vitest';
import { DensePredictor } from '../../../src/lib/prediction/dense.js';
import { WINDOW } from '../../../src/lib/signal/grid.js';
import { decodeTo, HEIGHT, ladder, names, rungs, window } from './fake-codec.js';

/** Amplitude 1 mV about the rungs' lines: PRDN of a line at height h is 100 sqrt(1 + 2 h²) percent of its rms. */
const wave = Float32Array.from({ length: WINDOW }, (_, i) => Math.sin((2 * Math.PI * i) / 256));
const prdnOf = (height: number): number => 100 * Math.sqrt(1 + 2 * height ** 2);

function choose(reconstruction: number, errors: readonly number[], heights = HEIGHT) {
  const decoded: number[] = [];
  const decode: ReturnType<typeof decodeTo> = (rung, latents, n) => {
    decoded.push(rung);
    return decodeTo(heights)(rung, latents, n);
  };
  const bounds = { rhythm: 0.5, peaks: 1, reconstruction };
  const own = window('a', 0, rungs, { native: wave });
  const candidates = own.candidates.map((candidate, i) => {
    const predicted = { rhythm: errors[i]!, peaks: 0 };
    return { ...candidate, predicted, code: { ...candidate.code, predicted } };
  });
  const dense = new DensePredictor({ ladder, bounds, tau: ladder.tau, decode });
  return dense.choose([{ ...own, candidates }]).then((chosen) => ({ decoded, chosen: names(chosen)[0] }));
}

it('the dense predictor takes the largest gain that is predicted to keep the tasks and decodes to a PRDN within its bound', async () => {
  const fine = [0.1, 0.1, 0.1] as const;
  expect((await choose(prdnOf(0.35), fine)).chosen).toBe('coarse');
  expect((await choose(prdnOf(0.25), fine)).chosen).toBe('middle');
  expect((await choose(prdnOf(0.25), [0.1, 0.6, 0.1])).chosen).toBe('fine');
  expect((await choose(prdnOf(0.05), fine)).chosen).toBe('lossless');
});

it('the dense predictor decodes only what is predicted to keep the tasks, and nothing where PRDN is free', async () => {
  const { chosen, decoded } = await choose(prdnOf(0.35), [0.1, 0.6, Number.NaN]);
  expect([chosen, [...new Set(decoded)]]).toEqual(['fine', [rungs[0]!.index]]);
  expect(await choose(Infinity, [0.1, 0.1, 0.6])).toEqual({ chosen: 'middle', decoded: [] });
});

it('the dense predictor sends nothing beyond the bound where PRDN does not fall from rung to rung', async () => {
  // The search sees the coarse rung keep it, or the middle one fail: whatever it saw, what is sent was decoded.
  const heights = new Map(rungs.map(({ index }, i) => [index, [0.3, 0.1, 0.2][i]!]));
  for (const height of [0.05, 0.15, 0.25, 0.35]) {
    const { chosen } = await choose(prdnOf(height), [0, 0, 0], heights);
    const rung = rungs.find(({ name }) => name === chosen);
    expect(heights.get(rung?.index ?? -1) ?? 0).toBeLessThanOrEqual(height);
  }
});
