export { CATALOGUE, METRICS_OF } from './catalogue.js';
export { createMetrics, createRegistry } from './create.js';
