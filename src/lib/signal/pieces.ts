/** Cuts an epoch into segments on the fixed grid. */
import { modelIndex, nativeIndex, WINDOW } from './grid.js';
import { runs } from './runs.js';

/** What one segment carries: a whole window, or what a gap or the end left of one. */
export interface Piece {
  /** Model-rate index and length; the piece never crosses a window's border. */
  readonly start: number;
  readonly length: number;
  /** The native samples it owns. */
  readonly firstIndex: number;
  readonly count: number;
  /** True for a window of 1,792 model samples without a hole; anything else goes losslessly. */
  readonly whole: boolean;
}

/**
 * Pieces of `samples` (native ADC values, `MISSING` where there is none), in order. Every sample that exists is owned
 * by exactly one piece, none that is missing is.
 */
export function planPieces(samples: Int32Array, rate: number): Piece[] {
  const pieces: Piece[] = [];
  for (let window = 0; ; window++) {
    const from = nativeIndex(window * WINDOW, rate);
    if (from >= samples.length) return pieces;
    const to = nativeIndex((window + 1) * WINDOW, rate);
    const end = Math.min(to, samples.length);
    for (const run of runs(samples.subarray(from, end))) {
      const firstIndex = from + run.start;
      if (run.length === to - from) {
        pieces.push({ start: window * WINDOW, length: WINDOW, firstIndex, count: run.length, whole: true });
        continue;
      }
      // The first model sample of a window may lie just before its first native one.
      const start = run.start === 0 ? window * WINDOW : modelIndex(firstIndex, rate);
      const stop = Math.min((window + 1) * WINDOW, modelIndex(firstIndex + run.length, rate));
      pieces.push({ start, length: Math.max(0, stop - start), firstIndex, count: run.length, whole: false });
    }
  }
}
