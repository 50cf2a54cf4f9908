import { expect, it } from 'vitest';

import { CATALOGUE, METRICS_OF } from '../../../src/lib/metrics/catalogue.js';
import type { MetricSpec } from '../../../src/lib/metrics/spec.js';
import { WIRE_REASONS } from '../../../src/lib/wire/index.js';

const specs: readonly MetricSpec[] = Object.values(CATALOGUE);

it('names every metric once, by the conventions of Prometheus', () => {
  const names = specs.map((spec) => spec.name);
  expect(new Set(names).size).toBe(names.length);
  for (const { name, type } of specs) {
    expect(name).toMatch(/^dynamic_deep_[a-z_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
  }
});

it('has no label for a stream, a device or a patient', () => {
  for (const { labels } of specs)
    for (const label of Object.keys(labels)) expect(label).not.toMatch(/stream|device|patient|bed|gateway|record|id$/i);
});

it('has ascending buckets', () => {
  for (const spec of specs)
    if (spec.type === 'histogram') expect([...spec.buckets].sort((a, b) => a - b)).toEqual(spec.buckets);
});

it('knows every reason for which a message is refused', () => {
  expect(CATALOGUE.deadLetters.labels.reason).toEqual(expect.arrayContaining([...WIRE_REASONS]));
});

it('is used whole: every metric belongs to a service', () => {
  const used = new Set<string>([...Object.values(METRICS_OF).flat(), 'metricRejected']);
  expect(Object.keys(CATALOGUE).filter((name) => !used.has(name))).toEqual([]);
});
