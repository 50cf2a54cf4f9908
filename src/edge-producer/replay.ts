/** Replays one stream in real time (or a multiple of it), one epoch after the other. */
import { setTimeout as sleep } from 'node:timers/promises';
import { nativeIndex, MODEL_RATE } from '../lib/signal/grid.js';
import { planPieces, type Piece } from '../lib/signal/pieces.js';
import { resampleSupport } from '../lib/signal/resample.js';
import type { DeviceClock } from './clock.js';
import type { EdgeStream } from './sources.js';

/** A piece whose last sample is there. */
export interface ClosedPiece {
  readonly source: EdgeStream;
  /** Milliseconds UTC of the epoch's first sample, on the device's clock; the epoch's id. */
  readonly epoch: number;
  readonly sequence: number;
  readonly piece: Piece;
  /** Nothing follows in this epoch. */
  readonly last: boolean;
  /** Wall milliseconds at which the last sample was there. */
  readonly closedAt: number;
}

export interface ReplayOptions {
  readonly clock: DeviceClock;
  /** Seconds of signal, or undefined to loop for ever. */
  readonly seconds: number | undefined;
  /** Epochs must begin after this one. */
  readonly afterEpoch: number;
  readonly signal: AbortSignal;
  /** Declares an epoch on ecg.streams before its first segment. */
  readonly beginEpoch: (source: EdgeStream, epoch: number) => Promise<void>;
  /** Takes a piece; resolves when there is room for the next. */
  readonly emit: (piece: ClosedPiece) => Promise<void>;
}

/** Resolves at the end of `seconds` of signal or after an abort; an aborted epoch has no last piece. */
export async function replay(source: EdgeStream, options: ReplayOptions): Promise<void> {
  const { rate, samples } = source.lead;
  let remaining = options.seconds === undefined ? Infinity : Math.round(options.seconds * rate);
  let epoch = Math.max(Math.round(options.clock.now()), options.afterEpoch + 1);
  while (remaining > 0 && !options.signal.aborted) {
    const count = Math.min(remaining, samples.length);
    const pieces = planPieces(samples.subarray(0, count), rate);
    await options.beginEpoch(source, epoch);
    for (const [sequence, piece] of pieces.entries()) {
      const closedAt = options.clock.wallOf(epoch + (1000 * closing(piece, rate, count)) / rate);
      if (!(await until(closedAt, options.signal))) return;
      await options.emit({ source, epoch, sequence, piece, last: sequence === pieces.length - 1, closedAt });
    }
    remaining -= count;
    epoch += Math.ceil((1000 * count) / rate);
  }
}

/** Native index at which a piece can be sent: a whole window waits for what its last samples are resampled from. */
function closing(piece: Piece, rate: number, count: number): number {
  const end = piece.firstIndex + piece.count;
  return piece.whole ? Math.min(count, end + resampleSupport(rate, MODEL_RATE)) : end;
}

/** False where the wait was cut short. */
async function until(wallMs: number, signal: AbortSignal): Promise<boolean> {
  const wait = wallMs - Date.now();
  if (wait > 0) await sleep(wait, undefined, { signal }).catch(() => undefined);
  return !signal.aborted;
}

/** Model-rate input of a whole window needs native samples of this range, cut to the run around it. */
export function windowSupport(piece: Piece, rate: number): { readonly from: number; readonly to: number } {
  const support = resampleSupport(rate, MODEL_RATE);
  return { from: nativeIndex(piece.start, rate) - support, to: piece.firstIndex + piece.count + support };
}
