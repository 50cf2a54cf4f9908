import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { edgeMetrics } from '../../src/edge-producer/metrics.js';
import { secondOpinions, type AskingOptions } from '../../src/edge-producer/second-opinion.js';
import type { EdgeStream } from '../../src/edge-producer/streams.js';
import { readShippedPolicy } from '../../src/lib/policy/index.js';
import { UNASKED, type HasteOpinion } from '../../src/lib/signal/haste.js';

const question = { samples: new Int32Array(300), first: 0 };
const lead: EdgeStream['lead'] = { name: 'II', rate: 300, gain: 200, baseline: 0, calibrated: true };
const source: EdgeStream = { stream: 'ward-3-001.1', device: 'ward-3-001', lead };
const { policy } = await readShippedPolicy();
const lossy: ReturnType<AskingOptions['limitsOf']> = { bounds: { rhythm: 1, peaks: 1, reconstruction: 20 }, tau: 1, rungs: undefined }; // prettier-ignore

function opening(ask: AskingOptions['ask'], over: Partial<AskingOptions> = {}) {
  const metrics = edgeMetrics(['lossless'], '0.0.0');
  const common = { policyOf: () => policy, limitsOf: () => lossy, patienceMs: 50 };
  const errors: unknown[] = [];
  const logger = { error: (of: unknown) => errors.push(of) };
  const opinions = secondOpinions({ ask, metrics, logger, ...common, ...over });
  const counted = async (): Promise<[string, number][]> => {
    const text = await metrics.registry.metrics();
    const lines = [...text.matchAll(/second_opinions_total\{outcome="(\w+)"\} (\d+)$/gm)];
    return lines.map(([, outcome, n]): [string, number] => [outcome!, Number(n)]).filter(([, n]) => n > 0);
  };
  return { opinions, counted, errors };
}

it.each([
  ['agrees', { silent: true }],
  ['agrees', { silent: false, fast: 'near' }],
  ['agrees', { silent: false, slow: 'shown' }],
  ['disagrees', { silent: false }],
] as const)('counts one that %s: %o', async (outcome, opinion) => {
  const { opinions, counted } = opening(() => Promise.resolve(opinion));
  expect(await opinions(question, source)).toEqual(opinion);
  expect(await counted()).toEqual([[outcome, 1]]);
});

it('asks under the limits of the stream’s policy', async () => {
  const asked: unknown[] = [];
  const { opinions } = opening((...of) => Promise.resolve({ silent: asked.push(of) < 0 }));
  await opinions(question, source);
  expect(asked).toEqual([[question, lead, policy.alarms]]);
});

const never = (): Promise<HasteOpinion> => new Promise(() => undefined);

it('closes the window where nobody answers in time, and does not pile up questions that nobody waits for', async () => {
  let asked = 0;
  const { opinions, counted } = opening(() => {
    asked++;
    return never();
  });
  const answers = await Promise.all(Array.from({ length: 20 }, () => opinions(question, source)));
  expect(answers).toEqual(answers.map(() => UNASKED));
  expect(await counted()).toEqual([['late', 20]]);
  expect(asked).toBe(8);
});

it('closes it where the network fails: the gateway goes on', async () => {
  const { opinions, counted, errors } = opening(() => Promise.reject(new Error('no such tensor')));
  for (let k = 0; k < 3; k++) expect(await opinions(question, source)).toEqual(UNASKED);
  expect(await counted()).toEqual([['failed', 3]]);
  // Said once.
  expect(errors).toMatchObject([{ err: { message: 'no such tensor' } }]);
});

it('waits for as long as it takes where there is time', async () => {
  const { opinions, counted } = opening(() => sleep(200, { silent: false }), { patienceMs: undefined });
  expect(await opinions(question, source)).toEqual({ silent: false });
  expect(await counted()).toEqual([['disagrees', 1]]);
});

it.each([
  ['no policy covers the stream', { policyOf: () => undefined }, source],
  ['the policy has no certificate', { limitsOf: () => null }, source],
  ['the lead is no voltage', {}, { ...source, lead: { ...lead, foreignUnit: 'mmHg' } }],
])('asks nobody where windows go losslessly: %s', async (_, over, of) => {
  const { opinions, counted } = opening(never, over);
  expect(await opinions(question, of)).toEqual(UNASKED);
  expect(await counted()).toEqual([]);
});
