/**
 * Encodes pieces to payloads: tries every rung that a whole window may use, and chooses one within the bounds.
 * The edge, calibration and evaluation all run this code.
 */
import { MODEL_RATE, WINDOW } from '../signal/grid.js';
import { ownSamples, type CutPiece } from '../signal/pieces.js';
import { resample } from '../signal/resample.js';
import { toMillivolts } from '../signal/units.js';
import { chooseRung, type ChoiceLimits, type TaskBounds, type TaskErrors } from './choose.js';
import type { WindowInput } from './input-features.js';
import type { EncoderOutput } from './network-types.js';
import { hasLatents, neuralRungs, type Ladder, type Rung, type TransformRung } from './ladder.js';
import { PREDICTED_TASKS } from './latents.js';
import { NEURAL_LATENTS } from './neural-latents.js';
import { losslessExceeds } from './lossless.js';
import { encodeLatentPayload, encodeLosslessPayload, latentCount, normalise } from './payload.js';
import { encodeTransform, quantiseTransformed, transformWindow } from './transform.js';
import { isCarried, measureScale, type WindowScale } from './window-scale.js';

/** A piece, its stream and its units. */
export interface PieceToEncode {
  readonly piece: CutPiece;
  /** Name of the stream, unique over all calls. */
  readonly stream: string;
  /** Epoch of the stream. Sample indices of different epochs are unrelated. Omitted if the stream has only one. */
  readonly epoch?: number;
  /** Native rate in Hz, ADC units a millivolt, ADC value at 0 mV. */
  readonly lead: { readonly rate: number; readonly gain: number; readonly baseline: number };
  /** Limits of this piece, in place of the common bounds; null: it is coded losslessly. */
  readonly limits?: ChoiceLimits | null;
}

export interface PieceCode {
  readonly rung: Rung;
  readonly payload: Uint8Array;
  /** Predicted errors that the payload adds; undefined for a lossless one. */
  readonly predicted: TaskErrors | undefined;
}

export interface WindowEncoderOptions {
  readonly ladder: Ladder;
  /** Bounds for pieces without their own limits. Without bounds those pieces are coded losslessly. */
  readonly bounds?: TaskBounds;
  /** Runs the networks on n rows of 1,792 normalised samples: `EncoderNetworks.encode`, or a worker that calls it. */
  readonly encode: (windows: Float32Array, n: number) => Promise<EncoderOutput>;
  /**
   * Chooses a candidate for each window, in order; by default from the predicted errors of the candidates. Only a predictor that
   * decodes can keep a bound on PRDN.
   */
  readonly choose?: (windows: readonly WindowCandidates[]) => Promise<readonly (RungCandidate | undefined)[]>;
  /** Keeps every candidate, whatever its scale and number of bytes: for callers that force a rung or measure it. */
  readonly everyCandidate?: boolean;
}

/** A whole window and its lossy codes. */
export interface WindowCandidates {
  /** Stream and epoch of the piece. */
  readonly stream: string;
  readonly epoch?: number;
  /** Model-rate index. */
  readonly start: number;
  readonly lead: PieceToEncode['lead'];
  /** 1,792 samples at 300 Hz. */
  readonly millivolts: Float32Array;
  /** The native samples that the window owns, in millivolts. */
  readonly native: Float32Array;
  /**
   * Empty if the scale lies below the training range, no lossy rung carries the window, or `belowLossless` leaves none. Above the
   * training range only transform rungs are left, with predicted errors of NaN.
   */
  readonly candidates: readonly RungCandidate[];
  /** Limits of the piece. */
  readonly limits?: ChoiceLimits;
  /** Scale and latents of the window, for monitoring the networks' input. */
  readonly input?: WindowInput;
}

export interface RungCandidate {
  /** Index in the ladder. */
  readonly rung: number;
  /** 1 / payload bytes. */
  readonly gain: number;
  readonly predicted: TaskErrors;
  readonly code: PieceCode;
}

/**
 * Returns every piece with its code, in order. The whole windows share one run of the networks. A piece is coded losslessly if it
 * is urgent or only part of a window, its scale lies below the training range, no lossy rung carries its offset, no rung is
 * predicted to keep the bounds or takes fewer bytes than a short lossless code, or its limits are null.
 */
export async function encodePieceCodes<P extends PieceToEncode>(
  pieces: readonly P[],
  options: WindowEncoderOptions,
): Promise<{ readonly of: P; readonly code: PieceCode }[]> {
  const { ladder, bounds } = options;
  const common = bounds && { bounds: { reconstruction: Infinity, ...bounds }, tau: ladder.tau, rungs: undefined };
  const choose =
    options.choose ??
    ((windows) =>
      Promise.resolve(
        windows.map(({ candidates, limits = common }) => limits && chooseRung(candidates, limits.bounds, limits.tau)),
      ));
  const whole = pieces.filter(({ piece, limits = common }) => piece.whole && !piece.urgent && Boolean(limits));
  const chosen = whole.length === 0 ? [] : await choose(await withCandidates(whole, options));
  const lossy = new Map(whole.map((of, i) => [of, chosen[i]?.code]));
  return pieces.map((of) => ({ of, code: lossy.get(of) ?? losslessCode(of, ladder) }));
}

/** All scale indices (seven bits), including those outside the training range. */
const ALL_SCALES = [0, 127] as const;

async function withCandidates(
  pieces: readonly PieceToEncode[],
  { ladder, encode, everyCandidate = false }: WindowEncoderOptions,
): Promise<WindowCandidates[]> {
  const windows = pieces.map((of) => {
    const millivolts = windowMillivolts(of);
    return {
      stream: of.stream,
      start: of.piece.start,
      lead: of.lead,
      ...(of.epoch === undefined ? {} : { epoch: of.epoch }),
      ...(of.limits ? { limits: of.limits } : {}),
      millivolts,
      native: nativeMillivolts(of),
      scale: measureScale(millivolts),
    };
  });
  const [lowest, highest] = everyCandidate ? ALL_SCALES : ladder.scaleRange;
  const seen = windows.filter(({ scale }) => isCarried(scale) && scale.index >= lowest && scale.index <= highest);
  const input = new Float32Array(seen.length * WINDOW);
  seen.forEach(({ millivolts, scale }, row) => {
    normalise(millivolts, scale, input, row * WINDOW);
  });
  const isUsed = seen.length > 0 && ladder.rungs.some(hasLatents);
  const output = isUsed ? await encode(input, seen.length) : undefined;
  const finest = neuralRungs(ladder)[0];
  return windows.map((window, w) => {
    const row = seen.indexOf(window);
    const all = finest === undefined || row < 0 ? undefined : output?.get(finest.index)?.latents;
    const from = finest === undefined ? 0 : row * latentCount(finest);
    const latents = all?.subarray(from, from + NEURAL_LATENTS);
    const { scale, ...rest } = window;
    const allowed = scale.index < lowest || !isCarried(scale) ? [] : rungsOf(ladder, window.limits);
    const latent = output === undefined || row < 0 ? [] : latentCandidates(allowed, output, scale, row);
    const candidates = [...latent, ...transformCandidates(allowed, output, window.millivolts, row)];
    const offered = (): readonly RungCandidate[] =>
      belowLossless(offeredAt(scale.index, candidates, ladder), ownSamples(pieces[w]!.piece), () =>
        losslessCode(pieces[w]!, ladder),
      );
    return { ...rest, candidates: everyCandidate ? candidates : offered(), input: { scale, latents } };
  });
}

/** Returns the lossless code of any piece. */
export function losslessCode({ piece, lead }: PieceToEncode, { lossless }: Pick<Ladder, 'lossless'>): PieceCode {
  const stretch = { firstIndex: piece.firstIndex, samples: ownSamples(piece) };
  return { rung: lossless, payload: encodeLosslessPayload(piece.start, lead.rate, stretch), predicted: undefined };
}

function rungsOf({ rungs }: Ladder, limits: ChoiceLimits | undefined): readonly Rung[] {
  const allowed = limits?.rungs;
  return allowed === undefined ? rungs : rungs.filter(({ index }) => allowed.has(index));
}

function transformCandidates(
  rungs: readonly Rung[],
  output: EncoderOutput | undefined,
  millivolts: Float32Array,
  row: number,
): RungCandidate[] {
  const own = rungs.filter((rung): rung is TransformRung => rung.kind === 'transform');
  if (own.length === 0) return [];
  const transformed = transformWindow(millivolts);
  return own.map((rung) => {
    const payload = encodeTransform(quantiseTransformed(transformed, rung), rung);
    const errors = output?.get(rung.index)?.predicted;
    const predicted = errors === undefined || row < 0 ? rung.expected : errorsAt(errors, row);
    return { rung: rung.index, gain: 1 / payload.length, predicted, code: { rung, payload, predicted } };
  });
}

/**
 * Returns the candidates that a window of this scale may use. Above the training range only transform rungs remain. Their errors
 * were never measured there, so the predictions are NaN, which keeps no bound. Below the range there is almost no signal, and
 * lossless takes a few bytes.
 */
export function offeredAt(
  scale: number,
  candidates: readonly RungCandidate[],
  { scaleRange: [lowest, highest] }: Pick<Ladder, 'scaleRange'>,
): readonly RungCandidate[] {
  if (scale < lowest) return [];
  if (scale <= highest) return candidates;
  const predicted = { rhythm: Number.NaN, peaks: Number.NaN };
  return candidates
    .filter(({ code }) => code.rung.kind === 'transform')
    .map((own) => ({ ...own, predicted, code: { ...own.code, predicted } }));
}

/**
 * Largest share of samples that differ from the previous one in a window that counts as having few levels. Windows of recordings
 * have 0.45 and more, unless the lead is flat for seconds.
 */
const FEW_CHANGES = 0.25;
/** Longest lossless code that counts as short, in bytes. Windows of recordings take 300 and more. */
const SHORT_BYTES = 128;

/**
 * Drops the candidates that do not take fewer bytes than the window's lossless code, if the window has few levels or that code
 * is short: calibration pulses, triangles and other device-made lines. Making the whole lossless code of every window would cost
 * an edge 6% more CPU time; finding that it is not short costs 1%.
 *
 * @param samples native samples of the window
 */
export function belowLossless(
  candidates: readonly RungCandidate[],
  samples: Int16Array,
  lossless: () => PieceCode,
): readonly RungCandidate[] {
  if (candidates.length === 0) return candidates;
  let changes = 0;
  for (let i = 1; i < samples.length; i++) if (samples[i] !== samples[i - 1]) changes++;
  if (changes > FEW_CHANGES * samples.length && losslessExceeds(samples, SHORT_BYTES)) return candidates;
  const { length } = lossless().payload;
  return candidates.filter(({ code }) => code.payload.length < length);
}

function latentCandidates(
  rungs: readonly Rung[],
  output: EncoderOutput,
  scale: WindowScale,
  row: number,
): RungCandidate[] {
  return rungs.filter(hasLatents).map((rung) => {
    const { latents, predicted: errors } = output.get(rung.index)!;
    const count = latentCount(rung);
    const payload = encodeLatentPayload(rung, scale, latents.subarray(row * count, (row + 1) * count));
    const predicted = errorsAt(errors, row);
    return { rung: rung.index, gain: 1 / payload.length, predicted, code: { rung, payload, predicted } };
  });
}

function errorsAt(errors: Float32Array, row: number): TaskErrors {
  const own = errors.subarray(row * PREDICTED_TASKS.length);
  return Object.fromEntries(PREDICTED_TASKS.map((task, i) => [task, own[i] ?? Number.NaN])) as unknown as TaskErrors;
}

/** Returns the 300 Hz signal of a whole window, resampled with all native samples around it that had arrived when it closed. */
export function windowMillivolts({ piece, lead }: Pick<PieceToEncode, 'piece' | 'lead'>): Float32Array {
  const { rate, gain, baseline } = lead;
  const native = toMillivolts({ samples: piece.samples, gain, baseline });
  return resample(native, {
    rate,
    first: piece.samplesFirst,
    outRate: MODEL_RATE,
    outFirst: piece.start,
    outCount: WINDOW,
  });
}

function nativeMillivolts({ piece, lead: { gain, baseline } }: PieceToEncode): Float32Array {
  const from = piece.firstIndex - piece.samplesFirst;
  return toMillivolts({ samples: piece.samples, gain, baseline }, from, from + piece.count);
}
