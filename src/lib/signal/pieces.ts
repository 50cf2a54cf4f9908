/** The parts that an epoch is cut into: windows of the fixed grid, and pieces of windows. */
import { MODEL_RATE, nativeIndex, WINDOW } from './grid.js';
import { resampleSupport } from './resample.js';

/** The signal of one segment: a whole window, or a part of one that a gap, the end or an early close left. */
export interface Piece {
  /** Model-rate index and length; the piece never crosses a window's border. */
  readonly start: number;
  readonly length: number;
  /** The native samples it owns. */
  readonly firstIndex: number;
  readonly count: number;
  /** True for a window of 1,792 model samples without a hole. */
  readonly whole: boolean;
  /** Beats are missing or come at an extreme rate: the piece waits for nothing and is coded losslessly. */
  readonly urgent: boolean;
  /** A gap adjoins it inside its window. */
  readonly gap: boolean;
}

/** A piece with all native samples that its encoding needs. */
export interface CutPiece extends Piece {
  /**
   * Native ADC values without a hole: the piece's own and, for a window that may be coded lossily, those around it that
   * resampling needs, as far as they had arrived at `closing`.
   */
  readonly samples: Int32Array;
  /** Native index of samples[0] in the epoch. */
  readonly samplesFirst: number;
  /** Number of native samples of the epoch, gaps included, after which the piece can be sent. */
  readonly closing: number;
}

/** Returns the native samples that a piece owns, in 16 bits. */
export function ownSamples({ firstIndex, count, samples, samplesFirst }: CutPiece): Int16Array {
  return Int16Array.from(samples.subarray(firstIndex - samplesFirst, firstIndex - samplesFirst + count));
}

/**
 * Returns a window of a recording as a whole piece, even if an edge would close it early. `samples` are native ones from the
 * epoch's first on, at `rate` Hz, and hold the window. Callers check the piece's samples for holes.
 */
export function wholePiece(samples: Int32Array, window: number, rate: number): CutPiece {
  const support = resampleSupport(rate, MODEL_RATE);
  const [firstIndex, end] = [nativeIndex(window * WINDOW, rate), nativeIndex((window + 1) * WINDOW, rate)];
  const samplesFirst = Math.max(0, firstIndex - support);
  const closing = Math.min(samples.length, end + support);
  return {
    start: window * WINDOW,
    length: WINDOW,
    firstIndex,
    count: end - firstIndex,
    whole: true,
    urgent: false,
    gap: false,
    samples: samples.slice(samplesFirst, closing),
    samplesFirst,
    closing,
  };
}
