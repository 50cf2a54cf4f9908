/** Measures whether window borders are visible: each window is decoded alone, so the codec sees only one side of a border. */
import { WINDOW } from '../../../lib/signal/grid.js';

/** Samples at 300 Hz on each side of a border that count as the border. */
export const BORDER_SAMPLES = 50;

interface Squares {
  sum: number;
  count: number;
}

/** RMS errors, in the unit of the caller's samples, and their ratio. */
export interface Seam {
  readonly border: number;
  readonly inside: number;
  readonly ratio: number;
  /** RMS error of the step over a border (last sample to first) / that of steps inside; large if a jump is visible. */
  readonly stepRatio: number;
}

/** Pools errors over records: near the borders between two windows, and far from any border. */
export class SeamErrors {
  readonly #border: Squares = { sum: 0, count: 0 };
  readonly #inside: Squares = { sum: 0, count: 0 };
  readonly #steps: Squares = { sum: 0, count: 0 };
  readonly #stepsInside: Squares = { sum: 0, count: 0 };

  /** Adds a record of whole windows at 300 Hz, from a window's first sample on. The record's ends do not count as borders. */
  add(original: Float32Array, decoded: Float32Array): void {
    const error = original.map((v, i) => decoded[i]! - v);
    for (let i = 0; i < error.length; i++) {
      const place = i % WINDOW;
      const toBorder = Math.min(place, WINDOW - 1 - place);
      const outer = i < BORDER_SAMPLES || i >= error.length - BORDER_SAMPLES;
      if (toBorder >= BORDER_SAMPLES) count(this.#inside, error[i]!);
      else if (!outer) count(this.#border, error[i]!);
      if (i === 0) continue;
      const step = error[i]! - error[i - 1]!;
      if (place === 0) count(this.#steps, step);
      else if (toBorder >= BORDER_SAMPLES) count(this.#stepsInside, step);
    }
  }

  /** Returns the seam over all added records; needs at least one record of two windows. */
  finish(): Seam {
    const [border, inside] = [rootMean(this.#border), rootMean(this.#inside)];
    return { border, inside, ratio: border / inside, stepRatio: rootMean(this.#steps) / rootMean(this.#stepsInside) };
  }
}

function count(squares: Squares, value: number): void {
  squares.sum += value * value;
  squares.count++;
}

function rootMean({ sum, count: n }: Squares): number {
  return Math.sqrt(sum / n);
}
