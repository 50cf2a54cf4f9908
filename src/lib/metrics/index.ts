export { CATALOGUE, METRICS_OF, type Catalogue, type MetricName } from './catalogue.js';
export { createMetrics, createRegistry, type Metrics, type MetricSettings } from './create.js';
