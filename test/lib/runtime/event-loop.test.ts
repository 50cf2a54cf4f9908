import { setTimeout as sleep } from 'node:timers/promises';

import { expect, it } from 'vitest';

import { watchEventLoop } from '../../../src/lib/runtime/event-loop.js';

it('remembers a stuck loop for a while, then forgives', async () => {
  const watch = watchEventLoop(250);
  await sleep(60);
  const until = performance.now() + 300;
  while (performance.now() < until);
  await sleep(40);
  expect(watch.stuckMs()).toBeGreaterThan(200);
  await expect.poll(() => watch.stuckMs()).toBeLessThan(200);
  watch.close();
});
