/**
 * The plain comparison for the transform rungs: one MDCT (256 coefficients a block, sine window) over the whole record,
 * coded as one piece, quantised by one step in microvolts for all records. It pays no borders of windows and no header a
 * window; its coefficients up to 56 Hz go through the same context tables as ours, counted on training records.
 */
import { tablesOf } from '../src/lib/codec/ladder.js';
import { CODED } from '../src/lib/codec/lapped-transform.js';
import { Mdct } from '../src/lib/codec/mdct.js';
import { COEFFICIENT_RANGE, countCoefficients, encodeTransform } from '../src/lib/codec/transform.js';
import { STEPS_PER_MILLIVOLT } from '../src/lib/codec/window-scale.js';

const SIZE = 256;
const ROUNDING = 0.35;
/** Steps of 5 microvolts to one of the payload's head, which holds the record's median. */
const MEDIAN_STEPS = 2;
const mdct = new Mdct(SIZE);

interface PlainCode {
  /** In steps of 10 microvolts. */
  readonly median: number;
  /** Blocks x 96. */
  readonly values: Int32Array;
}

/** Quantises a record of millivolts. `step` is in microvolts. */
function quantise(millivolts: Float32Array, step: number): PlainCode {
  const sorted = millivolts.slice().sort();
  const median = Math.round((sorted[sorted.length >> 1]! * STEPS_PER_MILLIVOLT) / MEDIAN_STEPS);
  const centre = (median * MEDIAN_STEPS) / STEPS_PER_MILLIVOLT;
  const centred = millivolts.map((v) => v - centre);
  const blocks = Math.floor((millivolts.length + SIZE) / SIZE);
  const values = new Int32Array(blocks * CODED);
  const out = new Float32Array(SIZE);
  for (let block = 0; block < blocks; block++) {
    mdct.forward(centred, (block - 1) * SIZE, out);
    for (let k = 0; k < CODED; k++) {
      const c = out[k]!;
      values[block * CODED + k] = Math.sign(c) * Math.floor((1000 * Math.abs(c)) / step + ROUNDING);
    }
  }
  return { median, values };
}

/** The record as a decoder gives it back: steps of 5 microvolts. */
function reconstruct({ median, values }: PlainCode, step: number, length: number): Int16Array {
  const signal = new Float32Array(length);
  const coefficients = new Float32Array(SIZE);
  for (let block = 0; block < values.length / CODED; block++) {
    for (let k = 0; k < CODED; k++) coefficients[k] = (values[block * CODED + k]! * step) / 1000;
    mdct.inverse(coefficients, signal, (block - 1) * SIZE);
  }
  return Int16Array.from(signal, (v) => Math.round(v * STEPS_PER_MILLIVOLT + median * MEDIAN_STEPS));
}

/** A coder of records at a step, its tables counted on `training`. */
export function plainMdct(
  training: readonly Float32Array[],
  step: number,
): (millivolts: Float32Array) => { readonly payload: Uint8Array; readonly samples: Int16Array } {
  const counts = countCoefficients(training.map((record) => quantise(record, step).values));
  const tables = tablesOf(counts, COEFFICIENT_RANGE);
  return (millivolts) => {
    const code = quantise(millivolts, step);
    const payload = encodeTransform({ line: [code.median, 0], scale: 0, values: code.values }, tables);
    return { payload, samples: reconstruct(code, step, millivolts.length) };
  };
}
