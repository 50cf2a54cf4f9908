import { describe, expect, it } from 'vitest';
import { tasksMetrics } from '../../src/tasks-stream/metrics.js';
import { auditResultOf } from './audit-results.js';

describe('the true error of audited records', () => {
  it.each([
    ['its rung', ['lossless', 'lossless'], 'lossless'],
    ['mixed where windows took several', ['lossless', 'neural-1'], 'mixed'],
    ['mixed where the rung is of an older codec', ['neural-0', 'neural-0'], 'mixed'],
  ])('is counted under %s', async (_, rungs, expected) => {
    const metrics = tasksMetrics(['lossless', 'neural-1'], '0.0.0');
    metrics.countAudit(auditResultOf({ rungs, rhythmError: 0.01, peaksError: null }), []);
    const found = await metrics.registry.getSingleMetric('dynamic_deep_tasks_true_error')?.get();
    const counts = (found?.values ?? []).filter(
      (each) => (each as { metricName?: string }).metricName === 'dynamic_deep_tasks_true_error_count',
    );
    const counted = counts.filter(({ value }) => value > 0).map(({ labels }) => labels['rung']);
    expect(counted).toEqual([expected]);
  });
});
