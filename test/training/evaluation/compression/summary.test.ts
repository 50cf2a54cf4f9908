import { expect, it } from 'vitest';
import { mean, quantile } from '../../../../src/training/evaluation/compression/summary.js';

it('interpolates quantiles between order statistics', () => {
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
  expect(quantile([4, 1, 3, 2], 0.25)).toBe(1.75);
  expect(quantile([7], 0.95)).toBe(7);
});

it('has null where there is nothing, and never a number that JSON lacks', () => {
  expect(quantile([], 0.5)).toBeNull();
  expect(quantile([1, Number.NaN, 2], 0.5)).toBe(2);
  expect(quantile([1, Number.NaN], 0.9)).toBeNull();
  expect(mean([])).toBeNull();
  expect(mean([1, Infinity])).toBeNull();
});
