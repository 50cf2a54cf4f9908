/** Converts between the encoder's output and the integers of a neural rung. */
import type { NeuralRung } from './ladder.js';
import { WINDOW } from '../signal/grid.js';
import { NEURAL_CHANNELS, NEURAL_LARGEST, NEURAL_LATENTS } from './neural-latents.js';
import { ENDS, quantiseEnds } from './window-ends.js';

/** Number of integers of a window with ends. */
const ROW = NEURAL_LATENTS + ENDS;

/** Multiplies the encoder's output by the rung's gains and rounds it to integers within +-127. */
export function quantise(values: Float32Array, { gains }: Pick<NeuralRung, 'gains'>): Int8Array {
  return Int8Array.from(values, (v, i) =>
    Math.max(-NEURAL_LARGEST, Math.min(NEURAL_LARGEST, Math.round(v * gains[i % NEURAL_CHANNELS]!))),
  );
}

/** Returns n rows of the integers that a payload carries: a window's latents, followed by its ends if the rung sends them. */
export function toRows({ coding }: Pick<NeuralRung, 'coding'>, latents: Int8Array, windows: Float32Array): Int8Array {
  if (coding === undefined) return latents;
  const n = windows.length / WINDOW;
  const rows = new Int8Array(n * ROW);
  for (let row = 0; row < n; row++) {
    const window = windows.subarray(row * WINDOW, (row + 1) * WINDOW);
    rows.set(latents.subarray(row * NEURAL_LATENTS, (row + 1) * NEURAL_LATENTS), row * ROW);
    rows.set(quantiseEnds(window, coding.ends.unit), row * ROW + NEURAL_LATENTS);
  }
  return rows;
}

/** Inverts `toRows`. The ends, [n x 2], are in units of normalised samples. */
export function fromRows(
  { coding }: Pick<NeuralRung, 'coding'>,
  rows: Int8Array,
): { readonly latents: Int8Array; readonly ends: Float32Array | undefined } {
  if (coding === undefined) return { latents: rows, ends: undefined };
  const n = rows.length / ROW;
  const [latents, ends] = [new Int8Array(n * NEURAL_LATENTS), new Float32Array(n * ENDS)];
  for (let row = 0; row < n; row++) {
    const behind = (row + 1) * ROW - ENDS;
    latents.set(rows.subarray(row * ROW, behind), row * NEURAL_LATENTS);
    for (let end = 0; end < ENDS; end++) ends[row * ENDS + end] = coding.ends.unit * rows[behind + end]!;
  }
  return { latents, ends };
}

/** Returns the decoder network's input: the integers times the rung's inverse gains. */
export function dequantise(latents: Int8Array, { inverses }: Pick<NeuralRung, 'inverses'>): Float32Array {
  return Float32Array.from(latents, (v, i) => v * inverses[i % NEURAL_CHANNELS]!);
}
