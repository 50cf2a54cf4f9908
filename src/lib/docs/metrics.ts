/** Generates docs/metrics.md from the catalogue of metrics. */
import {
  COMMON_METRICS,
  DASHBOARD_METRICS,
  DECODER_METRICS,
  EDGE_METRICS,
  TASKS_METRICS,
  WEBHOOK_METRICS,
} from '../metrics/catalogue.js';
import type { LabelSpec, MetricCatalogue } from '../metrics/spec.js';
import { code, markdownTable } from './table.js';

const DOMAINS = { rungs: 'rungs of the ladder', version: 'version of the program', node: 'version of Node' } as const;

/** Quantities computed from the counters; a test checks that every metric named here exists. */
const QUOTIENTS: readonly (readonly [what: string, query: string])[] = [
  [
    'Total wire gain',
    'sum(rate(dynamic_deep_edge_native_bytes_total[5m])) / sum(rate(dynamic_deep_edge_wire_bytes_total[5m]))',
  ],
  [
    'Total payload gain',
    'sum(rate(dynamic_deep_edge_native_bytes_total[5m])) / sum(rate(dynamic_deep_edge_payload_bytes_total[5m]))',
  ],
  [
    'Mean element gain (of records of the paper’s rungs; lossless ones count 1)',
    'sum(rate(dynamic_deep_edge_element_gain_sum_total[5m])) / sum(rate(dynamic_deep_edge_element_gain_records_total[5m]))',
  ],
  [
    'Violation rate',
    'sum(increase(dynamic_deep_tasks_violations_total{task="any"}[24h])) / sum(increase(dynamic_deep_tasks_audited_records_total[24h]))',
  ],
  [
    'Latency, 99th percentile, in seconds',
    'histogram_quantile(0.99, sum by (le) (rate(dynamic_deep_tasks_latency_seconds_bucket{stage="result"}[5m])))',
  ],
];

function labelsText(labels: LabelSpec): string {
  return Object.entries(labels)
    .map(([name, known]) => `${code(name)}: ${typeof known === 'string' ? DOMAINS[known] : known.join(', ')}`)
    .join('; ');
}

function section(title: string, table: MetricCatalogue): string {
  const rows = Object.values(table).map((spec) => [code(spec.name), spec.type, labelsText(spec.labels), spec.help]);
  return `## ${title}\n\n${markdownTable(['Metric', 'Type', 'Labels', 'Meaning'], rows)}\n`;
}

export function metricsPage(): string {
  const buckets = [EDGE_METRICS, DECODER_METRICS, TASKS_METRICS, WEBHOOK_METRICS, DASHBOARD_METRICS, COMMON_METRICS]
    .flatMap((table: MetricCatalogue) => Object.values(table))
    .flatMap((spec) => (spec.type === 'histogram' ? [[code(spec.name), spec.buckets.join(', ')]] : []));
  return [
    `# Metrics

Written by \`dynamic-deep docs metrics\` from \`src/lib/metrics/catalogue\`: do not edit it by hand.

Each process serves its metrics at \`/metrics\` and is a scrape target of its own. Every known series starts at 0. No
label names a stream, a device or a patient, so that the number of series does not grow with the number of beds.
`,
    section('edge-producer', EDGE_METRICS),
    section('decoder-stream', DECODER_METRICS),
    section('tasks-stream', TASKS_METRICS),
    section('alarm-webhook', WEBHOOK_METRICS),
    section('dashboard', DASHBOARD_METRICS),
    section('Every service', COMMON_METRICS),
    `## Read off the counters\n\n${markdownTable(
      ['Quantity', 'Query'],
      QUOTIENTS.map(([what, query]) => [what, code(query)]),
    )}\n`,
    `## Buckets\n\n${markdownTable(['Histogram', 'Upper bounds'], buckets)}\n`,
  ].join('\n');
}
