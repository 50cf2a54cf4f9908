import { describe, expect, it } from 'vitest';
import { addedError } from '../../../../src/lib/tasks/own/added-error.js';

const events = { rate: 300, outputs: { kind: 'events' }, error: { kind: 'one-minus-f1', withinSeconds: 0.075 } } as const; // prettier-ignore
const rows: Parameters<typeof addedError>[2] = { rate: 300, outputs: { kind: 'probabilities', classes: ['n', 'v'] }, error: { kind: 'added-cross-entropy' } }; // prettier-ignore
const values = { rate: 300, outputs: { kind: 'values' }, error: { kind: 'mean-absolute-difference' } } as const;

describe('the error between events', () => {
  it('is 1 - F1 of what lies within the tolerance', () => {
    // 22.5 samples at 300 Hz: one is matched, one missed, one invented.
    expect(addedError([100, 400], [122, 423], events)).toBeCloseTo(0.5, 12);
    expect(addedError([100, 400], [100, 400], events)).toBe(0);
    expect(addedError([100, 400], [100], events)).toBeCloseTo(1 - 2 / 3, 12);
    expect(addedError([], [], events)).toBe(0);
    expect(addedError([], [7], events)).toBe(1);
    expect(addedError([100], [122], { ...events, rate: 100 })).toBe(1);
  });

  it('is none where events are no indices in order', () => {
    for (const wrong of [[3, 2], [-1], [Number.NaN], [Infinity]]) {
      expect(() => addedError([1], wrong, events), String(wrong)).toThrow('event');
    }
  });
});

describe('the error between probabilities', () => {
  it('is the mean over rows of the Kullback-Leibler divergence', () => {
    const kl = 0.8 * Math.log(0.8 / 0.5) + 0.2 * Math.log(0.2 / 0.5);
    expect(addedError([0.8, 0.2, 0.5, 0.5], [0.5, 0.5, 0.5, 0.5], rows)).toBeCloseTo(kl / 2, 12);
    expect(addedError([1, 0], [0, 1], rows)).toBeCloseTo(-Math.log(1e-6), 9);
    expect(addedError([], [], rows)).toBe(0);
  });

  it('is none where rows are no probabilities', () => {
    const fair = [0.5, 0.5];
    for (const wrong of [[0.5, 0.6], [1.5, -0.5], [Number.NaN, 0.5], [0.5], [1, 0, 1]]) {
      expect(() => addedError(wrong, wrong, rows), String(wrong)).toThrow('row');
      expect(() => addedError(fair, wrong, rows), String(wrong)).toThrow(/row|outputs/);
    }
  });
});

describe('the error between values', () => {
  it('is the mean absolute difference, of as many', () => {
    expect(addedError([1, 2], [2, 0], values)).toBe(1.5);
    expect(() => addedError([1, 2], [2], values)).toThrow('2 outputs on the original and 1');
    expect(addedError([1], [Number.NaN], values)).toBeNaN();
  });
});
