import { defineConfig } from 'vitest/config';

/** For a slow machine: the default is 1 s. */
const expect = { poll: { timeout: 30_000 } };

/** Rings that talk to a real broker: one for the whole run, one file after the other. */
const withBroker = {
  globalSetup: ['test/integration/broker.setup.ts'],
  testTimeout: 120_000,
  hookTimeout: 120_000,
  expect,
  fileParallelism: false,
};

/** scripts/test.mjs names the same rings and what each needs on the machine. */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/{integration,cluster,examples,e2e,k8s,observability}/**'],
          // Longer than what it waits for: that says what did not come.
          testTimeout: 60_000,
          hookTimeout: 60_000,
          expect,
        },
      },
      { test: { name: 'integration', include: ['test/integration/**/*.test.ts'], ...withBroker } },
      // npm run test:cluster: minutes of three brokers, for a machine of one's own (CONTRIBUTING.md).
      {
        test: {
          name: 'cluster',
          include: ['test/cluster/**/*.test.ts', 'test/integration/kafka-*.test.ts'],
          ...withBroker,
          globalSetup: ['test/cluster/cluster.setup.ts'],
        },
      },
      // npm run test:k8s: it needs what CI has not (docs/operations.md).
      { test: { name: 'k8s', include: ['test/k8s/**/*.test.ts'], ...withBroker } },
      { test: { name: 'observability', include: ['test/observability/**/*.test.ts'], ...withBroker } },
      {
        test: {
          name: 'browser',
          include: ['test/e2e/**/*.test.ts'],
          ...withBroker,
        },
      },
      { test: { name: 'examples', include: ['test/examples/**/*.test.ts'], ...withBroker } },
    ],
  },
});
