/** The transform rungs of the ladder: their quantiser steps, and what they do to the tasks on the selection part. */
import { tablesOf } from '../lib/codec/ladder.js';
import { COEFFICIENT_RANGE, countCoefficients, quantiseWindow, reconstructWindow } from '../lib/codec/transform.js';
import { STEPS_PER_MILLIVOLT } from '../lib/codec/window-scale.js';
import { cutWindows } from './compressor.js';

/** Quantiser steps in 1/256 of a window's scale. */
export const TRANSFORM_RATIOS = {
  ...{ 'transform-1': 64, 'transform-2': 128, 'transform-3': 192, 'transform-4': 256, 'transform-5': 384 },
} as const;
/** Between these and lossless. They came later: a segment names its rung by its place, so that a ladder only grows. */
export const FINE_TRANSFORM_RATIOS = { 'transform-fine-1': 16, 'transform-fine-2': 32 } as const;

/** Counts of the entropy tables over records of millivolts at 300 Hz. */
export function transformCounts(records: readonly Float32Array[], ratio: number): number[][] {
  function* windows(): Generator<Int32Array> {
    for (const record of records) for (const window of cutWindows(record)) yield quantiseWindow(window, ratio).values;
  }
  const counts = countCoefficients(windows());
  // Refused here rather than when the model is loaded.
  tablesOf(counts, COEFFICIENT_RANGE);
  return counts;
}

/** The window as a decoder gives it back, millivolts. */
export function throughTransform(millivolts: Float32Array, ratio: number): Float32Array {
  const samples = reconstructWindow(quantiseWindow(millivolts, ratio), ratio);
  return Float32Array.from(samples, (v) => v / STEPS_PER_MILLIVOLT);
}
