import { describe, expect, it } from 'vitest';
import { figuresOf, resultOf, rungShares } from '../../../../src/training/evaluation/compression/figures.js';
import { codedRecord, outcome, part, sent, WINDOW_BYTES } from './fakes.js';

/** The worked example of docs/compression-evaluation.md: one record at 64, one raw. */
const raw = sent('raw', () => ({ lossless: true, nominalGain: 1, payload: new Uint8Array(WINDOW_BYTES) }));
const at64 = sent('paper-64', () => ({ nominalGain: 64, payload: new Uint8Array(20) }));
const changed = outcome().probabilities.slice();
// The first seven steps become A.
for (let step = 0; step < 7; step++) changed.set([0, 1, 0, 0], 4 * step);
const results = [
  resultOf(codedRecord([at64]), at64, outcome({ probabilities: changed, rhythm: 0.2, crossEntropy: 0.9, prdn: 30, relative: 4 })), // prettier-ignore
  resultOf(codedRecord([raw]), raw, outcome({ crossEntropy: 3 })),
];

describe('the figures of a method', () => {
  const figures = figuresOf(results, { rhythm: 0.15 });

  it('average gains over records, and divide totals', () => {
    expect(figures.elementGainMean).toBeCloseTo((64 + 1) / 2);
    expect(figures.payloadGainMean).toBeCloseTo((3584 / 20 + 1) / 2);
    expect(figures.payloadGainTotal).toBeCloseTo((2 * 17_920) / (100 + 17_920));
  });

  it('count steps, decisions and violations', () => {
    expect(figures.stepsChanged).toBeCloseTo(7 / 70);
    expect(figures.stepAccuracy).toBeCloseTo(63 / 70);
    expect(figures.f1Micro).toBeCloseTo(63 / 70);
    // The raw record's error against its label is no violation: nothing was lost.
    expect(figures).toMatchObject({ violationsAdded: 0.5, violationsLabel: 0.5, peaksF1: 1 });
  });

  it('take medians over records', () => {
    expect(figures).toMatchObject({ prdnMedian: 15, relativeErrorMean: 2 });
  });

  it('leave a record without a relative error out of the mean of the others', () => {
    const flat = resultOf(codedRecord([at64]), at64, outcome({ relative: null }));
    expect(figuresOf([...results, flat], { rhythm: 0.15 }).relativeErrorMean).toBe(2);
    expect(figuresOf([flat], { rhythm: 0.15 }).relativeErrorMean).toBeNull();
    const broken = resultOf(codedRecord([at64]), at64, outcome({ relative: Number.NaN }));
    expect(figuresOf([...results, broken], { rhythm: 0.15 }).relativeErrorMean).toBeNull();
  });

  it('have no element gain where a rung has none, and no violation is missed for not being a number', () => {
    const mixed = [part('transform-1', 0), ...at64.slice(1)];
    const result = resultOf(codedRecord([at64]), mixed, outcome({ rhythm: Number.NaN, prdn: Number.NaN }));
    expect(figuresOf([result], { rhythm: 0.15 })).toMatchObject({ elementGainMean: null, violationsAdded: 1, prdnMedian: null }); // prettier-ignore
  });
});

it('shares of windows by rung add up to 1', () => {
  expect(rungShares([at64, [...raw.slice(1), ...at64.slice(0, 1)]])).toEqual({ 'paper-64': 0.6, raw: 0.4 });
});
