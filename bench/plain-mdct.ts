/**
 * The plain comparison for the transform rungs: one MDCT (256 coefficients a block, sine window) over the whole record, coded
 * as one piece, with one quantiser step in microvolts for all records. It needs no window borders and no header per window.
 * Coefficients up to 56 Hz are rounded and coded with tables that a fixed rule chooses, counted on training records.
 */
import { tablesOf } from '../src/lib/codec/ladder.js';
import { CODED } from '../src/lib/codec/lapped-transform.js';
import { Mdct } from '../src/lib/codec/mdct.js';
import { COEFFICIENT_RANGE, encodeTransform } from '../src/lib/codec/transform.js';
import { STEPS_PER_MILLIVOLT } from '../src/lib/codec/window-scale.js';
import { coefficientCounts } from '../src/training/symbol-counts.js';

const SIZE = 256;
const ROUNDING = 0.35;
/** Steps of 5 microvolts per unit of the median in the payload's head. */
const MEDIAN_STEPS = 2;
const mdct = new Mdct(SIZE);

/** The part of a coded record that does not depend on the step. */
export interface Spectrum {
  /** In steps of 10 microvolts. */
  readonly median: number;
  /** Blocks x 96, microvolts. */
  readonly coefficients: Float32Array;
  /** Samples of the record. */
  readonly length: number;
}

/** The spectrum of a record of millivolts at 300 Hz. */
export function spectrumOf(millivolts: Float32Array): Spectrum {
  const sorted = millivolts.slice().sort();
  const median = Math.round((sorted[sorted.length >> 1]! * STEPS_PER_MILLIVOLT) / MEDIAN_STEPS);
  const centre = (median * MEDIAN_STEPS) / STEPS_PER_MILLIVOLT;
  const centred = millivolts.map((v) => v - centre);
  const blocks = Math.floor((millivolts.length + SIZE) / SIZE);
  const coefficients = new Float32Array(blocks * CODED);
  const out = new Float32Array(SIZE);
  for (let block = 0; block < blocks; block++) {
    mdct.forward(centred, (block - 1) * SIZE, out);
    for (let k = 0; k < CODED; k++) coefficients[block * CODED + k] = 1000 * out[k]!;
  }
  return { median, coefficients, length: millivolts.length };
}

/** `step` is in microvolts. */
function quantise({ coefficients }: Spectrum, step: number): Int32Array {
  return Int32Array.from(coefficients, (c) => Math.sign(c) * Math.floor(Math.abs(c) / step + ROUNDING));
}

/** The record as a decoder returns it, in steps of 5 microvolts. */
function reconstruct(values: Int32Array, { median, length }: Spectrum, step: number): Int16Array {
  const signal = new Float32Array(length);
  const coefficients = new Float32Array(SIZE);
  for (let block = 0; block < values.length / CODED; block++) {
    for (let k = 0; k < CODED; k++) coefficients[k] = (values[block * CODED + k]! * step) / 1000;
    mdct.inverse(coefficients, signal, (block - 1) * SIZE);
  }
  return Int16Array.from(signal, (v) => Math.round(v * STEPS_PER_MILLIVOLT + median * MEDIAN_STEPS));
}

/** Returns a coder of records at `step` microvolts, with tables counted on `training`. */
export function plainMdct(
  training: readonly Spectrum[],
  step: number,
): (record: Spectrum) => { readonly payload: Uint8Array; readonly samples: Int16Array } {
  const counts = coefficientCounts(training.map((record) => quantise(record, step)));
  const tables = tablesOf(counts, COEFFICIENT_RANGE);
  return (record) => {
    const values = quantise(record, step);
    const payload = encodeTransform({ line: [record.median, 0], scale: 0, values }, { tables, coding: undefined });
    return { payload, samples: reconstruct(values, record, step) };
  };
}
