import { expect, it } from 'vitest';
import { RECORD, STEPS_PER_RECORD } from '../../src/lib/signal/grid.js';
import { BEAT_MEASURES, beatMeasures, STEP_MEASURES } from '../../src/training/beat-measures.js';
import { beatsOf } from '../../src/training/rhythm-batches.js';
import { beats } from '../lib/codec/signals.js';

it('what is measured of the beats stands row by row and step by step, and nothing where there are too few', () => {
  const some = Float32Array.from(beats(RECORD, 240), (v) => v / 1000);
  const own = beatMeasures(some)!;
  const { whole, wholeKnown, steps, stepsKnown } = beatsOf([new Float32Array(RECORD), some]);
  expect(whole.shape).toEqual([2, BEAT_MEASURES]);
  expect(steps.shape).toEqual([2, 1, STEPS_PER_RECORD, STEP_MEASURES]);
  expect([wholeKnown.shape, [...wholeKnown.dataSync()]]).toEqual([[2, 1], [0, 1]]); // prettier-ignore
  expect(stepsKnown.shape).toEqual([2, 1, STEPS_PER_RECORD, 1]);
  const rows = (of: typeof whole): number[][] => of.reshape([2, -1]).arraySync() as number[][];
  for (const [tensor, wanted] of [
    [whole, own.whole],
    [steps, own.steps],
    [stepsKnown, own.known],
  ] as const) {
    expect(rows(tensor)).toEqual([new Array<number>(wanted.length).fill(0), [...wanted]]);
  }
  expect(own.known.reduce((a, b) => a + b, 0)).toBeGreaterThan(25);
});
