import { createMetrics, createRegistry, METRICS_OF } from '../lib/metrics/index.js';

export type DashboardMetrics = ReturnType<typeof dashboardMetrics>;

export function dashboardMetrics(version: string) {
  const registry = createRegistry();
  const metrics = createMetrics(registry, METRICS_OF.dashboard, { rungs: [], version });
  return { registry, ...metrics };
}
