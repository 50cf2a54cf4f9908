import { expect, it } from 'vitest';
import { violationInterval, type AuditedRecord } from '../../src/dashboard/violations.js';

const records = (streams: number, each: number, violated: (stream: number, n: number) => boolean): AuditedRecord[] =>
  Array.from({ length: streams * each }, (_, i) => {
    const stream = Math.floor(i / each);
    return { stream: String(stream), violated: violated(stream, i % each) };
  });

it('is the interval of Wilson for independent records', () => {
  // 10 of 100: (0.0552, 0.1744), the worked value of Wilson's score interval.
  const independent = records(100, 1, (stream) => stream < 10);
  const [low, high] = violationInterval(independent) ?? [];
  expect(low).toBeCloseTo(0.0552, 3);
  expect(high).toBeCloseTo(0.1744, 3);
});

it('has a high end without a violation, and is null without a record', () => {
  const [low, high] = violationInterval(records(50, 1, () => false)) ?? [];
  expect(low).toBe(0);
  expect(high).toBeCloseTo(0.0713, 3);
  expect(violationInterval([])).toBeNull();
});

it('is wider where all violations are of one stream', () => {
  const spread = violationInterval(records(10, 10, (_, n) => n === 0)) ?? [0, 0];
  const alike = violationInterval(records(10, 10, (stream) => stream === 0)) ?? [0, 0];
  expect(alike[1] - alike[0]).toBeGreaterThan(1.5 * (spread[1] - spread[0]));
});
