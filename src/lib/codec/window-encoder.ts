/**
 * Pieces to payloads: every rung that a whole window may take is tried, and the largest gain inside the bounds wins.
 * The edge, calibration and evaluation run this very code.
 */
import { MODEL_RATE, WINDOW } from '../signal/grid.js';
import { ownSamples, type CutPiece } from '../signal/pieces.js';
import { resample } from '../signal/resample.js';
import { toMillivolts } from '../signal/units.js';
import { chooseRung, type TaskErrors } from './choose.js';
import type { Ladder, PaperRung, Rung, TransformRung } from './ladder.js';
import { LATENT_COUNT, PREDICTED_TASKS, type Head } from './latents.js';
import type { HeadOutput } from './paper-networks.js';
import { encodeLosslessPayload, encodePaperPayload, normalise } from './payload.js';
import { encodeTransform, quantiseWindow } from './transform.js';
import { measureScale, type WindowScale } from './window-scale.js';

/** A piece and what its numbers mean. */
export interface PieceToEncode {
  readonly piece: CutPiece;
  /** Native rate in Hz, ADC units a millivolt, ADC value at 0 mV. */
  readonly lead: { readonly rate: number; readonly gain: number; readonly baseline: number };
}

export interface PieceCode {
  readonly rung: Rung;
  readonly payload: Uint8Array;
  /** Errors that the payload adds as predicted; undefined for a lossless one. */
  readonly predicted: TaskErrors | undefined;
}

export interface WindowEncoderOptions {
  readonly ladder: Ladder;
  readonly bounds: TaskErrors;
  /** Runs the networks on n rows of 1,792 normalised samples: `PaperEncoder.encode`, or a worker that calls it. */
  readonly encode: (windows: Float32Array, n: number) => Promise<Record<Head, HeadOutput>>;
}

/**
 * Every piece with its code, in order; the windows among them share one run of the networks. Losslessly go urgent pieces, parts
 * of windows, scales outside the training range, and windows of which no rung is predicted to keep the bounds.
 */
export async function encodePieceCodes<P extends PieceToEncode>(
  pieces: readonly P[],
  options: WindowEncoderOptions,
): Promise<{ readonly of: P; readonly code: PieceCode }[]> {
  const { ladder, bounds, encode } = options;
  const windows = pieces
    .filter(({ piece }) => piece.whole && !piece.urgent)
    .map((of) => ({ of, millivolts: windowMillivolts(of) }))
    .map((window) => ({ ...window, scale: measureScale(window.millivolts) }))
    .filter(({ scale }) => scale.index >= ladder.scaleRange[0] && scale.index <= ladder.scaleRange[1]);
  const lossy = new Map<P, PieceCode>();
  if (windows.length > 0) {
    const input = new Float32Array(windows.length * WINDOW);
    windows.forEach(({ millivolts, scale }, row) => {
      normalise(millivolts, scale, input, row * WINDOW);
    });
    const heads = await encode(input, windows.length);
    windows.forEach(({ of, millivolts, scale }, row) => {
      const tried = [...paperCandidates(ladder, heads, scale, row), ...transformCandidates(ladder, millivolts)];
      const best = chooseRung(tried, bounds, ladder.tau);
      if (best !== undefined) lossy.set(of, best.code);
    });
  }
  return pieces.map((of) => ({ of, code: lossy.get(of) ?? losslessCode(of, ladder) }));
}

/** The lossless code of any piece. */
export function losslessCode({ piece, lead }: PieceToEncode, { lossless }: Pick<Ladder, 'lossless'>): PieceCode {
  const stretch = { firstIndex: piece.firstIndex, samples: ownSamples(piece) };
  return { rung: lossless, payload: encodeLosslessPayload(piece.start, lead.rate, stretch), predicted: undefined };
}

interface RungCandidate {
  readonly rung: number;
  readonly gain: number;
  readonly predicted: TaskErrors;
  readonly code: PieceCode;
}

function transformCandidates({ rungs }: Ladder, millivolts: Float32Array): RungCandidate[] {
  return rungs
    .filter((rung): rung is TransformRung => rung.kind === 'transform')
    .map((rung) => {
      const payload = encodeTransform(quantiseWindow(millivolts, rung.ratio), rung.tables);
      const predicted = rung.expected;
      return { rung: rung.index, gain: 1 / payload.length, predicted, code: { rung, payload, predicted } };
    });
}

function paperCandidates(
  ladder: Ladder,
  heads: Record<Head, HeadOutput>,
  scale: WindowScale,
  row: number,
): RungCandidate[] {
  return ladder.rungs
    .filter((rung): rung is PaperRung => rung.kind === 'paper')
    .map((rung) => {
      const { latents, predicted: outputs } = heads[rung.head];
      const count = LATENT_COUNT[rung.head];
      const payload = encodePaperPayload(rung, scale, latents.subarray(row * count, (row + 1) * count));
      const own = outputs.subarray(row * PREDICTED_TASKS.length);
      const predicted = Object.fromEntries(
        PREDICTED_TASKS.map((task, i) => [task, own[i] ?? Number.NaN]),
      ) as unknown as TaskErrors;
      return { rung: rung.index, gain: 1 / payload.length, predicted, code: { rung, payload, predicted } };
    });
}

/** 300 Hz signal of a whole window, from all native samples around it that were there when it closed. */
function windowMillivolts({ piece, lead: { rate, gain, baseline } }: PieceToEncode): Float32Array {
  const native = toMillivolts({ samples: piece.samples, gain, baseline });
  return resample(native, {
    ...{ rate, first: piece.samplesFirst },
    ...{ outRate: MODEL_RATE, outFirst: piece.start, outCount: WINDOW },
  });
}
