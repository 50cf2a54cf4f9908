import { describe, expect, it } from 'vitest';
import { poissonInterval } from '../../../../src/training/evaluation/alarms/poisson.js';

describe('poissonInterval', () => {
  // Garwood's table, as in Ulm, Am J Epidemiol 131:373-375 (1990): half the chi-squared quantiles.
  it.each([
    [0, 0, 3.6889],
    [1, 0.0253, 5.5716],
    [2, 0.2422, 7.2247],
    [3, 0.6187, 8.7673],
    [10, 4.7954, 18.3904],
    [100, 81.3639, 121.6272],
  ])('of a count of %i is %f to %f', (count, low, high) => {
    const [from, to] = poissonInterval(count);
    expect(from).toBeCloseTo(low, 3);
    expect(to).toBeCloseTo(high, 3);
  });
});
