import { expect, it } from 'vitest';

import { Lifecycle, SERVICE_STATES, type ServiceState } from '../../../src/lib/runtime/lifecycle.js';

it('reports each change once', () => {
  const seen: string[] = [];
  const lifecycle = new Lifecycle((state, from) => seen.push(`${from} > ${state}`));
  for (const state of ['joining', 'running', 'running', 'rebalancing', 'running', 'draining', 'stopped'] as const)
    expect(lifecycle.enter(state)).toBe(true);
  expect(seen).toEqual([
    'starting > joining',
    'joining > running',
    'running > rebalancing',
    'rebalancing > running',
    'running > draining',
    'draining > stopped',
  ]);
});

it.each([['draining'], ['stopped'], ['failed']] as const)('never goes back to work from %s', (end) => {
  const lifecycle = new Lifecycle();
  if (end === 'stopped') lifecycle.enter('draining');
  lifecycle.enter(end);
  for (const state of ['starting', 'joining', 'running', 'rebalancing'] as const)
    expect(lifecycle.enter(state)).toBe(false);
  expect(lifecycle.state).toBe(end);
});

it('can fail from every state but the last', () => {
  const living = SERVICE_STATES.filter((state): state is ServiceState => !['stopped', 'failed'].includes(state));
  for (const state of living) {
    const lifecycle = new Lifecycle();
    if (state === 'rebalancing') lifecycle.enter('running');
    lifecycle.enter(state);
    expect([lifecycle.state, lifecycle.enter('failed')]).toEqual([state, true]);
  }
});
