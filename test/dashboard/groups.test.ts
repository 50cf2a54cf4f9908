import { pino } from 'pino';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchGroups } from '../../src/dashboard/groups.js';
import { SystemState } from '../../src/dashboard/system.js';
import type { KafkaConnection } from '../../src/lib/kafka/index.js';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
});
afterEach(() => {
  vi.useRealTimers();
});

it('says when the broker last answered, however many looks fail afterwards', async () => {
  let isAway = false;
  const admin = {
    describeGroups: () =>
      isAway
        ? Promise.reject(new Error('the broker is away'))
        : Promise.resolve({ groups: [{ groupId: 'tasks-stream', members: [{}], state: 'Stable' }] }),
    fetchOffsets: () => Promise.resolve([]),
  };
  const system = new SystemState();
  expect(system.report(Date.now(), 0).groupsAt).toBeNull();
  const connection = { admin, logger: pino({ level: 'silent' }) } as unknown as KafkaConnection;
  const stop = watchGroups(connection, (view) => {
    system.groups = view;
  });
  await vi.advanceTimersByTimeAsync(5_000);
  isAway = true;
  await vi.advanceTimersByTimeAsync(60_000);
  stop();
  const report = system.report(Date.now(), 0);
  expect(report.groupsAt).toBe(1_005_000);
  expect(report.services).toContainEqual({ name: 'tasks-stream', members: 1, state: 'Stable' });
});
