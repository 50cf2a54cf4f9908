/** Records cut into windows, and windows as an encoder has them. */
import { normalise } from '../lib/codec/payload.js';
import { measureScale, offsetMillivolts, scaleMillivolts, type WindowScale } from '../lib/codec/window-scale.js';
import tf, { type Tensor4D } from '../lib/model/tf.js';
import { WINDOW, WINDOWS_PER_RECORD } from '../lib/signal/grid.js';

/** @param record 8,960 samples or more */
export function cutWindows(record: Float32Array): Float32Array[] {
  return Array.from({ length: WINDOWS_PER_RECORD }, (_, i) => record.slice(i * WINDOW, (i + 1) * WINDOW));
}

/** Rows of `width` values each, views of the same memory. */
export function cutRows(values: Float32Array, width: number): Float32Array[] {
  return Array.from({ length: values.length / width }, (_, row) => values.subarray(row * width, (row + 1) * width));
}

/** Millivolts as [n x 1792] of unit deviation, and what each row was normalised by. */
export function normaliseWindows(windows: readonly Float32Array[]): { samples: Float32Array; scales: WindowScale[] } {
  const samples = new Float32Array(windows.length * WINDOW);
  const scales = windows.map((window, row) => {
    const scale = measureScale(window);
    normalise(window, scale, samples, row * WINDOW);
    return scale;
  });
  return { samples, scales };
}

/** The same as tensors: [n, 1, 1792, 1], and the scale and offset [n, 1, 1, 1] that give millivolts back. */
export function normalisedTensors(windows: readonly Float32Array[]): {
  x: Tensor4D;
  scale: Tensor4D;
  offset: Tensor4D;
} {
  const { samples, scales } = normaliseWindows(windows);
  const column = (values: number[]): Tensor4D => tf.tensor4d(values, [windows.length, 1, 1, 1]);
  return {
    x: tf.tensor4d(samples, [windows.length, 1, WINDOW, 1]),
    scale: column(scales.map(scaleMillivolts)),
    offset: column(scales.map(offsetMillivolts)),
  };
}
