/**
 * Every metric of the services. docs/metrics.md is written from this table and compared with it.
 * Each process is a scrape target of its own: the metrics of a service carry its name, not a label for it.
 */
import { COMMON_METRICS } from './catalogue/common.js';
import { DASHBOARD_METRICS } from './catalogue/dashboard.js';
import { DECODER_METRICS } from './catalogue/decoder.js';
import { EDGE_METRICS } from './catalogue/edge.js';
import { TASKS_METRICS } from './catalogue/tasks.js';
import { WEBHOOK_METRICS } from './catalogue/webhook.js';

export { COMMON_METRICS, DASHBOARD_METRICS, DECODER_METRICS, EDGE_METRICS, TASKS_METRICS, WEBHOOK_METRICS };

export const CATALOGUE = {
  ...EDGE_METRICS,
  ...DECODER_METRICS,
  ...TASKS_METRICS,
  ...WEBHOOK_METRICS,
  ...DASHBOARD_METRICS,
  ...COMMON_METRICS,
} as const;

export type Catalogue = typeof CATALOGUE;
export type MetricName = keyof Catalogue;

const keys = <T extends object>(table: T): (keyof T)[] => Object.keys(table) as (keyof T)[];

/** The names to give `createMetrics` in each service. */
export const METRICS_OF = {
  edge: [...keys(EDGE_METRICS), 'inferenceSeconds', 'policyRefused', 'policyVersion', 'buildInfo'],
  decoder: [
    ...keys(DECODER_METRICS),
    'inferenceSeconds',
    'consumerLag',
    'consumerLagAt',
    'lostRecords',
    'deadLetters',
    'rebalances',
    'assignedPartitions',
    'buildInfo',
  ],
  tasks: [
    ...keys(TASKS_METRICS),
    'inferenceSeconds',
    'policyRefused',
    'policyVersion',
    'consumerLag',
    'consumerLagAt',
    'lostRecords',
    'deadLetters',
    'rebalances',
    'assignedPartitions',
    'buildInfo',
  ],
  webhook: [...keys(WEBHOOK_METRICS), 'consumerLag', 'consumerLagAt', 'rebalances', 'assignedPartitions', 'buildInfo'],
  dashboard: [...keys(DASHBOARD_METRICS), 'buildInfo'],
} as const satisfies Record<string, readonly MetricName[]>;
