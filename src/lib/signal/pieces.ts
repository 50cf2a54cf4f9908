/** What an epoch is cut into: windows of the fixed grid, and pieces of windows. */

/** What one segment carries: a whole window, or the part of one that a gap, the end or an early close left. */
export interface Piece {
  /** Model-rate index and length; the piece never crosses a window's border. */
  readonly start: number;
  readonly length: number;
  /** The native samples it owns. */
  readonly firstIndex: number;
  readonly count: number;
  /** True for a window of 1,792 model samples without a hole. */
  readonly whole: boolean;
  /** Beats are missed or come at an extreme rate: the piece waits for nothing and goes losslessly. */
  readonly urgent: boolean;
  /** A gap adjoins it inside its window. */
  readonly gap: boolean;
}

/** A piece with all native samples that its encoding takes. */
export interface CutPiece extends Piece {
  /**
   * Native ADC values without a hole, the piece's own and, for a window that may go lossily, those around it that
   * resampling takes as far as they were there at `closing`.
   */
  readonly samples: Int32Array;
  /** Native index of samples[0] in the epoch. */
  readonly samplesFirst: number;
  /** The piece can be sent when so many native samples of the epoch (gaps counted) have come. */
  readonly closing: number;
}

/** The native samples that a piece owns, in 16 bits. */
export function ownSamples({ firstIndex, count, samples, samplesFirst }: CutPiece): Int16Array {
  return Int16Array.from(samples.subarray(firstIndex - samplesFirst, firstIndex - samplesFirst + count));
}
