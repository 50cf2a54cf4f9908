import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { edgeMetrics } from '../../src/edge-producer/metrics.js';
import { inTime } from '../../src/edge-producer/second-opinion.js';
import type { HasteOpinion } from '../../src/lib/signal/haste.js';

const question = { samples: new Int32Array(300), first: 0 };
const lead = { rate: 300, gain: 200, baseline: 0 };

async function answered(
  ask: () => Promise<HasteOpinion>,
  time: { patienceMs: number | undefined } = { patienceMs: 50 },
) {
  const metrics = edgeMetrics(['lossless'], '0.0.0');
  const opinion = await inTime(ask, { metrics, ...time })(question, lead);
  const text = await metrics.registry.metrics();
  const counted = [...text.matchAll(/second_opinions_total\{outcome="(\w+)"\} 1$/gm)].map(([, outcome]) => outcome);
  return { opinion, counted };
}

it.each([
  ['agrees', { silent: true }],
  ['agrees', { silent: false, fast: 'near' }],
  ['agrees', { silent: false, slow: 'shown' }],
  ['disagrees', { silent: false }],
] as const)('counts one that %s: %o', async (outcome, opinion) => {
  expect(await answered(() => Promise.resolve(opinion))).toEqual({ opinion, counted: [outcome] });
});

it('closes the window where nobody answers in time', async () => {
  const never = new Promise<HasteOpinion>(() => undefined);
  expect(await answered(() => never)).toEqual({ opinion: { silent: true }, counted: ['late'] });
});

it('fails with the one that is asked', async () => {
  await expect(answered(() => Promise.reject(new Error('the worker is gone')))).rejects.toThrow('the worker is gone');
});

it('waits for as long as it takes where there is time', async () => {
  const slow = () => sleep(200, { silent: false });
  expect(await answered(slow, { patienceMs: undefined })).toEqual({
    opinion: { silent: false },
    counted: ['disagrees'],
  });
});
