import { expect, it } from 'vitest';
import { AuditMonitor } from '../../src/tasks-stream/audit-monitor.js';
import { calibrationOf } from '../../src/tasks-stream/calibration.js';
import { tasksMetrics } from '../../src/tasks-stream/metrics.js';
import { auditResultOf } from './audit-results.js';

const NOW = Date.UTC(2026, 4, 3, 12);

async function valuesOf(metrics: ReturnType<typeof tasksMetrics>): Promise<Map<string, number>> {
  const lines = (await metrics.registry.metrics()).split('\n').filter((line) => line.startsWith('dynamic_deep_tasks_'));
  return new Map(lines.map((line) => [line.slice(19, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))])); // prettier-ignore
}

it('sets rates, intervals and evidence of what it took, and both ends of the interval where there is nothing', async () => {
  const metrics = tasksMetrics(['lossless'], '1.2.3');
  const monitor = new AuditMonitor();
  monitor.publish(NOW, metrics);
  const empty = await valuesOf(metrics);
  expect(empty.get('violation_ratio_upper{task="any",window="1h"}')).toBe(1);
  expect(empty.get('violation_evidence{kind="stream"}')).toBe(0);
  for (let i = 0; i < 100; i++) {
    const violated = i < 8 ? ['rhythm'] : [];
    monitor.take({ stream: `${i}`, at: NOW - (i < 50 ? 0 : 7_200_000), violated, alpha: 0.01 });
  }
  // No policy is known: it counts in the rates, and is no bet.
  monitor.take({ stream: 'x', at: NOW, violated: ['rhythm'], alpha: undefined });
  monitor.publish(NOW, metrics);
  const after = await valuesOf(metrics);
  const of = (name: string) => after.get(name) ?? Number.NaN;
  expect([of('audit_window_records{window="1h"}'), of('audit_window_streams{window="24h"}')]).toEqual([51, 101]);
  expect(of('violation_ratio{task="rhythm",window="24h"}')).toBeCloseTo(9 / 101, 12);
  expect(of('violation_ratio{task="peaks",window="24h"}')).toBe(0);
  const [lower, upper] = ['lower', 'upper'].map((end) => of(`violation_ratio_${end}{task="any",window="24h"}`));
  expect(lower).toBeCloseTo(0.0476, 3);
  expect(upper).toBeCloseTo(0.1609, 3);
  expect(of('violation_allowed_ratio{window="24h"}')).toBeCloseTo(0.01, 12);
  for (const kind of ['record', 'stream']) expect(of(`violation_evidence{kind="${kind}"}`)).toBeGreaterThan(3);
});

it('a prediction is the mean over the windows, and falls in the range that holds it', () => {
  const result = auditResultOf({ predicted: [[0.2, 0.01], [0.1, 0.01], [], [0.1, 0.01], [0.1, 0.01]], rhythmError: 0.3, peaksError: 0.02 }); // prettier-ignore
  expect(calibrationOf(result)).toEqual([
    { task: 'rhythm', range: '0.1', predicted: expect.closeTo(0.1, 12) as number, error: 0.3 },
    { task: 'peaks', range: '0.01', predicted: expect.closeTo(0.008, 12) as number, error: 0.02 },
  ]);
  expect(calibrationOf(auditResultOf({ predicted: null }))).toEqual([]);
  expect(calibrationOf(auditResultOf({ predicted: [[9, 9]], rhythmError: null, peaksError: 9 }))).toEqual([
    { task: 'peaks', range: '+Inf', predicted: 9, error: 9 },
  ]);
});
