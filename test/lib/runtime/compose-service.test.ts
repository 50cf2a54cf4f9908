import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { composeService, type ComposedService } from '../../../src/lib/runtime/compose-service.js';
import { createLogger } from '../../../src/lib/runtime/logger.js';

/** Runs a service until it is told to end; the parts that were closed, in order. */
async function run(start: ComposedService['start'], graceMs = 5000): Promise<number> {
  return composeService({
    name: 'tasks-stream',
    logger: createLogger({ name: 'tasks-stream', level: 'silent', identifiers: false }),
    config: { httpHost: '127.0.0.1', httpPort: 0, graceMs, forceMs: 6000 },
    metrics: { contentType: 'text/plain', metrics: () => Promise.resolve('') },
    start,
  });
}

it('closes the parts one after the other, the last first', async () => {
  const steps: string[] = [];
  const close = async (part: string): Promise<void> => {
    steps.push(`${part} closing`);
    await sleep(5);
    steps.push(`${part} closed`);
  };
  const code = await run((service, own) => {
    steps.push(own('worker', close), own('connection', close));
    service.finish('done');
    return Promise.resolve();
  });
  expect(code).toBe(0);
  expect(steps.slice(0, 2)).toEqual(['worker', 'connection']);
  expect(steps.slice(2)).toEqual(['connection closing', 'connection closed', 'worker closing', 'worker closed']);
});

it('closes what is opened after the drain began, and starts no work with it', async () => {
  const closed: string[] = [];
  let started = false;
  const close = (part: string): Promise<void> => {
    closed.push(part);
    return Promise.resolve();
  };
  const code = await run(async (service, own) => {
    own('first', close);
    service.finish('told to end');
    await sleep(20);
    own('late', close);
    started = true;
  });
  await sleep(50);
  expect([code, closed, started]).toEqual([0, ['first', 'late'], false]);
});

it('tells what closes a part when the grace time is over, also a part that was opened after the drain began', async () => {
  const givenUp: string[] = [];
  const close = (part: string, grace: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      grace.addEventListener('abort', () => {
        givenUp.push(part);
        resolve();
      });
    });
  const code = await run(async (service, own) => {
    own('first', close);
    service.finish('told to end');
    await sleep(1);
    own('late', close);
  }, 30);
  expect(code).toBe(0);
  expect(givenUp.sort()).toEqual(['first', 'late']);
});
