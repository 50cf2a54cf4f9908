/**
 * Lapped transform of one window, closed at its borders: seven blocks of 256 samples. Neighbouring blocks share an overlap
 * of 256 samples around their border (rotations with a sine window), then each block takes a DCT-IV: an MDCT (Princen,
 * Johnson and Bradley, 1987) whose first and last block do not reach beyond the window, so that every window decodes
 * alone. The transform is orthonormal. A DCT-IV extends a block evenly to the left and oddly to the right, so the caller
 * first subtracts a line that brings both ends of the window near 0.
 *
 * Samples must decode to the same bits everywhere. The tables are integers. The rest is IEEE + - * / in the order written
 * here, whose results ECMAScript fixes.
 */
import { WINDOW } from '../signal/grid.js';

export const BLOCK = 256;
export const BLOCKS = WINDOW / BLOCK;
/** Coded coefficients of a block, up to 56 Hz; the rest are 0. */
export const CODED = 96;

const HALF = BLOCK / 2;
const UNIT = 0x10_0000;

/** Row k of the DCT-IV, times 2^20, rounded. */
const COSINES = Array.from({ length: CODED }, (_, k) =>
  Float64Array.from({ length: BLOCK }, (_v, n) =>
    Math.round(UNIT * Math.sqrt(2 / BLOCK) * Math.cos((Math.PI / BLOCK) * (n + 0.5) * (k + 0.5))),
  ),
);
/** Sine window at the `i`-th sample after a border, and at the `i`-th sample before it. */
const AFTER = Float64Array.from({ length: HALF }, (_, i) => sine(HALF + i));
const BEFORE = Float64Array.from({ length: HALF }, (_, i) => sine(HALF - 1 - i));

function sine(n: number): number {
  return Math.round(UNIT * Math.sin((Math.PI / (2 * BLOCK)) * (n + 0.5)));
}

/** Returns the coefficients [7 x 96] of 1,792 samples, in the samples' unit. */
export function forwardTransform(samples: Float64Array): Float64Array {
  const folded = samples.slice();
  rotate(folded, 1);
  const out = new Float64Array(BLOCKS * CODED);
  for (let block = 0; block < BLOCKS; block++) {
    for (let k = 0; k < CODED; k++) {
      const row = COSINES[k]!;
      let sum = 0;
      for (let n = 0; n < BLOCK; n++) sum += folded[block * BLOCK + n]! * row[n]!;
      out[block * CODED + k] = sum / UNIT;
    }
  }
  return out;
}

/** Returns 1,792 samples; the inverse of `forwardTransform` except for content above 56 Hz. */
export function inverseTransform(coefficients: Float64Array): Float64Array {
  const out = new Float64Array(WINDOW);
  for (let block = 0; block < BLOCKS; block++) {
    for (let k = 0; k < CODED; k++) {
      const value = coefficients[block * CODED + k]! / UNIT;
      if (value === 0) continue;
      const row = COSINES[k]!;
      for (let n = 0; n < BLOCK; n++) out[block * BLOCK + n]! += value * row[n]!;
    }
  }
  rotate(out, -1);
  return out;
}

/** Folds (1) or unfolds (-1) the overlap around each border between two blocks. */
function rotate(samples: Float64Array, direction: 1 | -1): void {
  for (let border = BLOCK; border < WINDOW; border += BLOCK) {
    for (let i = 0; i < HALF; i++) {
      const before = samples[border - 1 - i]!;
      const after = samples[border + i]!;
      samples[border + i] = (AFTER[i]! * after + direction * BEFORE[i]! * before) / UNIT;
      samples[border - 1 - i] = (AFTER[i]! * before - direction * BEFORE[i]! * after) / UNIT;
    }
  }
}
