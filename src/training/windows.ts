/** Cuts records into windows, and normalises windows as encoders expect them. */
import { normalise } from '../lib/codec/payload.js';
import { measureScale, offsetMillivolts, scaleMillivolts, type WindowScale } from '../lib/codec/window-scale.js';
import tf, { type Tensor4D } from '../lib/model/tf.js';
import { WINDOW, WINDOWS_PER_RECORD } from '../lib/signal/grid.js';

/** @param record 8,960 samples or more */
export function cutWindows(record: Float32Array): Float32Array[] {
  return Array.from({ length: WINDOWS_PER_RECORD }, (_, i) => record.slice(i * WINDOW, (i + 1) * WINDOW));
}

/** Rows of `width` values each, views of the same memory. Throws if the values are not a whole number of rows. */
export function splitRows(values: Float32Array, width: number): Float32Array[] {
  const rows = values.length / width;
  if (!Number.isInteger(rows)) throw new Error(`${values.length} values are no rows of ${width}`);
  return Array.from({ length: rows }, (_, row) => values.subarray(row * width, (row + 1) * width));
}

/** The whole windows of a signal, from its first sample on; views of the same memory. */
export function wholeWindows(signal: Float32Array): Float32Array[] {
  return splitRows(signal.subarray(0, signal.length - (signal.length % WINDOW)), WINDOW);
}

/** Millivolts as [n x 1792] of unit deviation, and the scale by which each row was normalised. */
export function normaliseWindows(windows: readonly Float32Array[]): { samples: Float32Array; scales: WindowScale[] } {
  const samples = new Float32Array(windows.length * WINDOW);
  const scales = windows.map((window, row) => {
    const scale = measureScale(window);
    normalise(window, scale, samples, row * WINDOW);
    return scale;
  });
  return { samples, scales };
}

export interface NormalisedWindows extends ReturnType<typeof normaliseWindows> {
  /** [n, 1, 1792, 1]. */
  readonly x: Tensor4D;
  /** Restore millivolts: [n, 1, 1, 1]. */
  readonly scale: Tensor4D;
  readonly offset: Tensor4D;
}

/** The same, also as tensors. */
export function normalisedTensors(windows: readonly Float32Array[]): NormalisedWindows {
  const { samples, scales } = normaliseWindows(windows);
  const column = (values: number[]): Tensor4D => tf.tensor4d(values, [windows.length, 1, 1, 1]);
  return {
    samples,
    scales,
    x: tf.tensor4d(samples, [windows.length, 1, WINDOW, 1]),
    scale: column(scales.map(scaleMillivolts)),
    offset: column(scales.map(offsetMillivolts)),
  };
}
