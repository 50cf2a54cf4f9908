import { expect, it } from 'vitest';
import { RECORD } from '../../src/lib/signal/grid.js';
import { BEAT_MEASURES, beatMeasures } from '../../src/training/beat-measures.js';
import { beatsOf } from '../../src/training/rhythm-batches.js';
import { beats } from '../lib/codec/signals.js';

it('what is measured of the beats stands row by row, and nothing where there are too few', () => {
  const some = Float32Array.from(beats(RECORD, 240), (v) => v / 1000);
  const { measures, known } = beatsOf([new Float32Array(RECORD), some]);
  expect(known.arraySync()).toEqual([[0], [1]]);
  expect(measures.arraySync()).toEqual([new Array<number>(BEAT_MEASURES).fill(0), [...beatMeasures(some)!]]);
});
