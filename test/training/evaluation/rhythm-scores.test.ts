import { describe, expect, it } from 'vitest';
import { measureRhythm, scoreRhythm, type ScoredRecord } from '../../../src/training/evaluation/rhythm-scores.js';

/** A record of steps that each say one class with a probability, the rest shared out. */
function record(label: number, said: readonly (readonly [number, number])[]): ScoredRecord {
  const probabilities = Float32Array.from(
    said.flatMap(([c, p]) => [0, 1, 2, 3].map((other) => (other === c ? p : (1 - p) / 3))),
  );
  return { label, probabilities };
}

/** Two N (one of them taken for O), one A, one O; two steps each. */
const RECORDS = [
  record(0, [
    [0, 0.7],
    [0, 0.7],
  ]),
  record(0, [
    [2, 0.9],
    [0, 0.4],
  ]),
  record(1, [
    [1, 1],
    [1, 1],
  ]),
  record(2, [
    [2, 1],
    [3, 0.4],
  ]),
];

describe('the scores of a rhythm classifier', () => {
  const scores = measureRhythm(RECORDS);

  it('count steps, and records by the mean of their steps', () => {
    expect(scores.records).toBe(4);
    expect(scores.stepAccuracy).toBeCloseTo(6 / 8, 12);
    expect(scores.confusion).toEqual([
      [1, 0, 1, 0],
      [0, 1, 0, 0],
      [0, 0, 1, 0],
      [0, 0, 0, 0],
    ]);
    // N: 1 of 2 found; A: all; O: found, and said once too often.
    expect(scores.f1MeanNAO).toBeCloseTo((2 / 3 + 1 + 2 / 3) / 3, 12);
    expect(scores.perClass['O']).toEqual({ precision: 0.5, recall: 1, f1: 2 / 3, records: 1 });
  });

  it('of a class that no record has, and none was said to have, are none, and not counted in the mean', () => {
    const none = { precision: null, recall: null, f1: null, records: 0 };
    const right = measureRhythm([record(0, [[0, 0.9]]), record(2, [[2, 0.9]])]);
    expect(right.perClass).toMatchObject({ N: { f1: 1 }, A: none, O: { f1: 1 }, NOISE: none });
    expect(right.f1MeanNAO).toBe(1);
    expect(right.ci95.f1MeanNAO).toEqual([1, 1]);
    // Said once, it was asked about.
    const wrong = measureRhythm([record(0, [[0, 0.9]]), record(2, [[1, 0.9]])]);
    expect(wrong.perClass).toMatchObject({
      A: { precision: 0, recall: 0, f1: 0 },
      O: { precision: 0, recall: 0, f1: 0 },
    });
    expect(wrong.f1MeanNAO).toBeCloseTo(1 / 3, 12);
  });

  it('count micro figures at the threshold 0.5, where a step may say nothing', () => {
    // Above 0.5: 2 of the first record, 1 wrong of the second, 2 of the third, 1 of the fourth.
    expect(scores.precisionMicro).toBeCloseTo(5 / 6, 12);
    expect(scores.recallMicro).toBeCloseTo(5 / 8, 12);
    expect(scores.f1Micro).toBeCloseTo((2 * 5) / (6 + 8), 12);
  });

  it('measure calibration: 0 where confidence is the share that is right', () => {
    const half = measureRhythm([record(0, [[0, 0.5]]), record(1, [[0, 0.5]])]);
    expect(half.ece).toBeCloseTo(0, 6);
    expect(scores.ece).toBeGreaterThan(0.1);
  });

  it('give intervals that hold the figure, the same for the same seed', () => {
    const [low, high] = scores.ci95.stepAccuracy!;
    expect(low).toBeLessThan(scores.stepAccuracy!);
    expect(high).toBeGreaterThan(scores.stepAccuracy!);
    expect(measureRhythm(RECORDS).ci95).toEqual(scores.ci95);
  });

  it('of no record have no step accuracy and no NaN', () => {
    const none = measureRhythm([]);
    expect(none).toMatchObject({ records: 0, stepAccuracy: null });
    expect([none.ci95.stepAccuracy, none.ci95.f1MeanNAO]).toEqual([null, null]);
    const nothing = { f1MeanNAO: null, ece: null, f1Micro: null, precisionMicro: null, recallMicro: null };
    expect(none).toMatchObject(nothing);
    expect(measureRhythm([record(3, [[3, 0.9]])])).toMatchObject({ f1MeanNAO: null, f1Micro: 1 });
    expect(scoreRhythm([]).f1MeanNAO).toBe(0);
    expect(JSON.parse(JSON.stringify(none))).toEqual(none);
  });
});
