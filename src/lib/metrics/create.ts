import { Counter, Gauge, Histogram, collectDefaultMetrics, Registry } from 'prom-client';

import { CATALOGUE, COMMON_METRICS, type Catalogue, type MetricName } from './catalogue.js';
import { SeriesTable, type HandleOf } from './handles.js';
import type { Domain, LabelSpec, MetricSpec } from './spec.js';

export interface MetricSettings<R extends string> {
  /** Names of the rungs of the ladder in use: the ladder is data of the model. */
  readonly rungs: readonly R[];
  /** Version of the program, for build info. */
  readonly version: string;
  /** Called for each refused value, for a log line; the value is counted in any case. */
  readonly onReject?: (metric: MetricName, value: unknown) => void;
}

export type Metrics<N extends MetricName, R extends string> = { readonly [K in N]: HandleOf<Catalogue[K], R> };

/** A registry with the process's own metrics (memory, CPU, event loop, garbage collection). */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}

/** Every combination of known label values. */
function combinations(
  labels: LabelSpec,
  domains: Readonly<Record<Domain, readonly string[]>>,
): Readonly<Record<string, string>>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (rows, [name, known]) =>
      rows.flatMap((row) =>
        (typeof known === 'string' ? domains[known] : known).map((value) => ({ ...row, [name]: value })),
      ),
    [{}],
  );
}

const finite = (value: number): boolean => Number.isFinite(value);
const magnitude = (value: number): boolean => Number.isFinite(value) && value >= 0;

/** Registers one metric with all its series at 0. */
function register(
  spec: MetricSpec,
  registry: Registry,
  domains: Readonly<Record<Domain, readonly string[]>>,
  reject: (value: unknown) => void,
): SeriesTable {
  const labelNames = Object.keys(spec.labels);
  const shared = { name: spec.name, help: spec.help, labelNames, registers: [registry] };
  const table = new SeriesTable(labelNames, spec.type === 'gauge' ? finite : magnitude, reject);
  const rows = combinations(spec.labels, domains);
  switch (spec.type) {
    case 'counter': {
      const counter = new Counter(shared);
      for (const labels of rows) {
        const series = counter.labels(labels);
        series.inc(0);
        table.add(labels, (value) => {
          series.inc(value);
        });
      }
      break;
    }
    case 'gauge': {
      const gauge = new Gauge(shared);
      for (const labels of rows) {
        const series = gauge.labels(labels);
        series.set(0);
        table.add(labels, (value) => {
          series.set(value);
        });
      }
      break;
    }
    case 'histogram': {
      const histogram = new Histogram({ ...shared, buckets: [...spec.buckets] });
      for (const labels of rows) {
        histogram.zero(labels);
        const series = histogram.labels(labels);
        table.add(labels, (value) => {
          series.observe(value);
        });
      }
      break;
    }
  }
  return table;
}

/**
 * Creates the named metrics (and the count of refused values) once on a registry. Every known series starts at 0. A refused
 * value changes nothing but `dynamic_deep_metric_rejected_total`. Throws if a metric exists already.
 */
export function createMetrics<const N extends MetricName, const R extends string>(
  registry: Registry,
  names: readonly N[],
  settings: MetricSettings<R>,
): Metrics<N, R> {
  const { rungs, version } = settings;
  const domains = { rungs, version: [version], node: [process.version] };
  const rejected = register(COMMON_METRICS.metricRejected, registry, domains, () => undefined);
  const handles: Partial<Record<MetricName, unknown>> = { metricRejected: { inc: rejected.update } };
  for (const name of new Set<MetricName>(names)) {
    if (name === 'metricRejected') continue;
    const table = register(CATALOGUE[name], registry, domains, (value) => {
      rejected.update();
      settings.onReject?.(name, value);
    });
    // The same function under each name: the types allow only the metric's own to be called.
    handles[name] = { inc: table.update, set: table.update, observe: table.update };
    if (name === 'buildInfo') table.update({ version, node: process.version }, 1);
  }
  return handles as Metrics<N, R>;
}
