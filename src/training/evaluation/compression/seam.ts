/** Whether a window's borders show: every window is decoded alone, and the codec sees one side of its ends only. */
import { WINDOW } from '../../../lib/signal/grid.js';

/** Samples at 300 Hz on each side of a border that count as the border. */
export const BORDER_SAMPLES = 50;

interface Squares {
  sum: number;
  count: number;
}

/** RMS errors and their ratio; in what unit, the caller's samples say. */
export interface Seam {
  readonly border: number;
  readonly inside: number;
  readonly ratio: number;
  /** RMS error of the step over a border (last sample to first) / that of any step inside: whether a jump is seen. */
  readonly stepRatio: number;
}

/** Pools errors over records: near the borders between two windows, and far from any border. */
export class SeamErrors {
  readonly #border: Squares = { sum: 0, count: 0 };
  readonly #inside: Squares = { sum: 0, count: 0 };
  readonly #steps: Squares = { sum: 0, count: 0 };
  readonly #stepsInside: Squares = { sum: 0, count: 0 };

  /** A record of whole windows at 300 Hz, from its window's first sample on. The ends of the record are no border. */
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

  /** Of all that was added: at least one record of two windows. */
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
