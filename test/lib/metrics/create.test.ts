import * as fc from 'fast-check';
import { Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';

import { createMetrics, createRegistry, METRICS_OF } from '../../../src/lib/metrics/index.js';

const settings = { rungs: ['lossless', 'paper-32', 'paper-64'], version: '1.2.3' } as const;

async function series(registry: Registry): Promise<Map<string, number>> {
  const lines = (await registry.metrics()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

describe('a service', () => {
  it.each(['edge', 'decoder', 'tasks'] as const)('%s starts every known series at 0', async (service) => {
    const registry = new Registry();
    createMetrics(registry, METRICS_OF[service], settings);
    const all = await series(registry);
    const info = `dynamic_deep_build_info{version="1.2.3",node="${process.version}"}`;
    expect(all.get(info)).toBe(1);
    all.delete(info);
    expect([...all.values()].every((value) => value === 0)).toBe(true);
    expect(all.has('dynamic_deep_metric_rejected_total')).toBe(true);
  });

  it('counts under the labels given', async () => {
    const registry = new Registry();
    const metrics = createMetrics(registry, METRICS_OF.tasks, settings);
    metrics.tasksWindows.inc({ status: 'labelled' });
    metrics.tasksViolations.inc({ task: 'any' }, 2);
    metrics.tasksAuditedRecords.inc();
    metrics.tasksAuditedRecords.inc(3);
    metrics.consumerLag.set({ topic: 'signals' }, 7);
    metrics.tasksTrueError.observe({ task: 'rhythm', rung: 'paper-32' }, 0.06);
    const all = await series(registry);
    expect(all.get('dynamic_deep_tasks_windows_total{status="labelled"}')).toBe(1);
    expect(all.get('dynamic_deep_tasks_violations_total{task="any"}')).toBe(2);
    expect(all.get('dynamic_deep_tasks_audited_records_total')).toBe(4);
    expect(all.get('dynamic_deep_consumer_lag{topic="signals"}')).toBe(7);
    expect(all.get('dynamic_deep_tasks_true_error_bucket{le="0.075",task="rhythm",rung="paper-32"}')).toBe(1);
    expect(all.get('dynamic_deep_tasks_true_error_bucket{le="0.05",task="rhythm",rung="paper-32"}')).toBe(0);
  });

  it('can have the metrics of its process too', async () => {
    expect(await createRegistry().metrics()).toContain('process_cpu_seconds_total');
  });
});

describe('a value that cannot be', () => {
  it.each([NaN, Infinity, -Infinity, -1])('(%d) changes nothing but the count of refused values', async (value) => {
    const onReject = vi.fn();
    const registry = new Registry();
    const metrics = createMetrics(registry, METRICS_OF.edge, { ...settings, onReject });
    const before = await series(registry);
    metrics.edgeWindows.inc({ rung: 'lossless' }, value);
    metrics.edgePredictedError.observe({ task: 'peaks' }, value);
    const after = await series(registry);
    expect(after.get('dynamic_deep_metric_rejected_total')).toBe(2);
    expect([...after].filter(([name, now]) => before.get(name) !== now)).toHaveLength(1);
    expect(onReject.mock.calls).toEqual([
      ['edgeWindows', value],
      ['edgePredictedError', value],
    ]);
  });

  it('may be negative in a gauge, never NaN', async () => {
    const registry = new Registry();
    const metrics = createMetrics(registry, ['edgeSequenceLag'], settings);
    metrics.edgeSequenceLag.set(-2);
    metrics.edgeSequenceLag.set(NaN);
    expect((await series(registry)).get('dynamic_deep_edge_sequence_lag_segments')).toBe(-2);
  });
});

describe('labels', () => {
  it('that are not known do not compile', () => {
    const metrics = createMetrics(new Registry(), ['edgeWindows', 'edgeCertified'], settings);
    // @ts-expect-error a stream is no label
    metrics.edgeWindows.inc({ rung: 'lossless', stream: 's' });
    // @ts-expect-error not a rung of the ladder
    metrics.edgeWindows.inc({ rung: 'patient-4711' });
    // @ts-expect-error a gauge is set
    expect(metrics.edgeCertified.inc).toBeDefined();
  });

  it('never make a new series, whatever their values', async () => {
    const registry = new Registry();
    const rungs: string[] = ['lossless'];
    const metrics = createMetrics(registry, METRICS_OF.edge, { rungs, version: '1' });
    const count = (await series(registry)).size;
    fc.assert(
      fc.property(fc.string(), (rung) => {
        metrics.edgeWindows.inc({ rung: `s${rung}` });
      }),
      { numRuns: 1000 },
    );
    const after = await series(registry);
    expect(after.size).toBe(count);
    expect(after.get('dynamic_deep_metric_rejected_total')).toBe(1000);
  });
});
