import { describe, expect, it } from 'vitest';
import { readLadder } from '../../src/lib/codec/ladder.js';
import { CATALOGUE } from '../../src/lib/metrics/catalogue.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { expressionMistakes, mentions } from './expressions.js';
import { at, baseObjects, read } from './objects.js';

interface Rule {
  readonly record?: string;
  readonly alert?: string;
  readonly expr: string;
  readonly labels?: Record<string, string>;
  readonly annotations?: Record<string, string>;
}

const rules = baseObjects()
  .filter(({ kind }) => kind === 'PrometheusRule')
  .flatMap((one) => at(one, 'spec', 'groups') as { rules: Rule[] }[])
  .flatMap((group) => group.rules);
const records = rules.flatMap(({ record }) => record ?? []);
const alerts = rules.filter((rule) => rule.alert !== undefined);
const { rungs } = readLadder(await readManifest('models/codec'));
const catalogue = Object.values(CATALOGUE);
const mistakes = (expression: string): string[] =>
  expressionMistakes(expression, catalogue, records, [...rungs.map(({ name }) => name), 'mixed']);

const SERVICES = ['edge-gateway', 'decoder-stream', 'tasks-stream', 'alarm-webhook', 'dashboard'];

it.each(rules.map((rule) => [rule.record ?? rule.alert, rule.expr]))('%s names metrics that exist', (_, expression) => {
  expect(mistakes(expression)).toEqual([]);
});

it('a metric, a label and a value that nobody has are seen', () => {
  expect(mistakes('sum(rate(dynamic_deep_edge_bytes_total[5m]))')).toEqual([
    'nobody measures dynamic_deep_edge_bytes_total',
  ]);
  expect(mistakes('dynamic_deep_edge_certified{bed="1"}')).toEqual(['dynamic_deep_edge_certified has no label bed']);
  expect(mistakes('dynamic_deep_dead_letters_total{reason=~"MODEL_UNKNOWN|NONE"}')).toEqual([
    'dynamic_deep_dead_letters_total has no reason="NONE"',
  ]);
  expect(mistakes('sum by (bed) (dynamic_deep_edge_certified)')).toEqual(['no metric has the label bed']);
  // A histogram has no series of its bare name.
  expect(mistakes('dynamic_deep_tasks_latency_seconds')).toHaveLength(1);
});

it('every alert says how grave it is, what it means, and where its runbook stands', () => {
  const headings = new Set(
    read('docs/operations.md')
      .match(/^### \w+$/gm)
      ?.map((line) => line.slice(4)),
  );
  for (const { alert = '', labels, annotations } of alerts) {
    expect(['critical', 'warning', 'info'], alert).toContain(labels?.['severity']);
    expect(annotations?.['summary'], alert).toEqual(expect.any(String));
    expect(annotations?.['runbook_url'], alert).toBe(`docs/operations.md#${alert.toLowerCase()}`);
    expect(headings, alert).toContain(alert);
  }
  expect([...headings].sort()).toEqual(alerts.map(({ alert }) => alert).sort());
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
});

it('asks for the lag of every topic whose lag is measured', () => {
  const expression = alerts.find(({ alert }) => alert === 'LagNeverKnown')?.expr ?? '';
  const asked = mentions(expression).flatMap(({ labels }) => labels['topic'] ?? []);
  expect(asked.sort()).toEqual([...CATALOGUE.consumerLagAt.labels.topic].sort());
});

it('every alert and record is put to the test by promtool', () => {
  const tests = SERVICES.map((service) => read(`test/observability/rules/${service}.yaml`)).join('\n');
  for (const { alert } of alerts) expect(tests).toContain(`alertname: ${alert ?? ''}\n`);
});

describe.each(SERVICES)('the dashboard of %s', (service) => {
  interface Panel {
    readonly title: string;
    readonly targets: readonly { readonly expr: string }[];
  }
  const { panels } = JSON.parse(read(`k8s/observability/${service}/dashboard.json`)) as { panels: Panel[] };

  it('shows metrics that exist', () => {
    expect(panels.length).toBeGreaterThan(0);
    for (const { title, targets } of panels) for (const { expr } of targets) expect(mistakes(expr), title).toEqual([]);
  });
});
