/** Pieces to segments: every rung a whole window may take is tried, and the largest gain inside the bounds wins. */
import { chooseRung, type TaskErrors } from '../lib/codec/choose.js';
import type { Ladder, PaperRung } from '../lib/codec/ladder.js';
import { LATENT_COUNT, PREDICTED_TASKS } from '../lib/codec/latents.js';
import { encodeLosslessPayload, encodePaperPayload, normalise } from '../lib/codec/payload.js';
import { measureScale, type WindowScale } from '../lib/codec/window-scale.js';
import type { InferenceWorker } from '../lib/model/inference-worker.js';
import { MODEL_RATE, WINDOW } from '../lib/signal/grid.js';
import { assessQuality } from '../lib/signal/quality.js';
import { resample } from '../lib/signal/resample.js';
import { MISSING } from '../lib/signal/types.js';
import { toMillivolts } from '../lib/signal/units.js';
import { FLAG } from '../lib/signal/flags.js';
import type { Segment } from '../lib/wire/index.js';
import type { EdgeOperations } from './inference.worker.js';
import { windowSupport, type ClosedPiece } from './replay.js';

export interface EncodedPiece {
  readonly closed: ClosedPiece;
  /** Without age, which is known when the frame leaves. */
  readonly segment: Omit<Segment, 'ageMs'>;
  readonly rung: string;
  readonly nominalGain: number;
  /** The lossless twin, where the record is audited. */
  readonly audit: Omit<Segment, 'ageMs'> | undefined;
}

export interface SegmentEncoderOptions {
  readonly ladder: Ladder;
  readonly bounds: TaskErrors;
  readonly worker: InferenceWorker<EdgeOperations>;
  readonly isAudited: (stream: string, epoch: number, start: number) => boolean;
  /** Seconds of one run of the networks. */
  readonly observeInference: (seconds: number) => void;
}

interface Lossy {
  readonly rung: PaperRung;
  readonly payload: Uint8Array;
  readonly predicted: TaskErrors;
}

/** Policy version of bounds that come from the configuration. */
const CONFIGURED_POLICY = 0;

/** Encodes a batch; the whole windows among the pieces share one run of the networks. */
export async function encodePieces(
  pieces: readonly ClosedPiece[],
  options: SegmentEncoderOptions,
): Promise<EncodedPiece[]> {
  const candidates = await lossyCandidates(pieces, options);
  return pieces.map((closed) => {
    const { source, piece, epoch, sequence, last } = closed;
    const native = nativeSamples(closed);
    const quality = assessQuality(Int32Array.from(native), { rate: source.lead.rate });
    let flags =
      (last ? FLAG.LAST : 0) | (quality.leadOff ? FLAG.LEAD_OFF : 0) | (quality.saturated ? FLAG.SATURATED : 0);
    if (!piece.whole && !last) flags |= FLAG.MISSING;
    const audited = options.isAudited(source.stream, epoch, piece.start);
    if (audited) flags |= FLAG.AUDITED;
    const common = {
      stream: source.stream,
      epoch,
      sequence,
      start: piece.start,
      length: piece.length,
      policyVersion: CONFIGURED_POLICY,
      flags,
    };
    const { lossless } = options.ladder;
    const losslessSegment = (): Omit<Segment, 'ageMs'> => ({
      ...common,
      rung: lossless.index,
      predicted: null,
      payload: Buffer.from(
        encodeLosslessPayload(piece.start, source.lead.rate, { firstIndex: piece.firstIndex, samples: native }),
      ),
    });
    const lossy = candidates.get(closed);
    const segment =
      lossy === undefined
        ? losslessSegment()
        : {
            ...common,
            rung: lossy.rung.index,
            predicted: PREDICTED_TASKS.map((task) => lossy.predicted[task]),
            payload: Buffer.from(lossy.payload),
          };
    const { name, nominalGain } = lossy?.rung ?? lossless;
    return { closed, segment, rung: name, nominalGain, audit: audited ? losslessSegment() : undefined };
  });
}

/** The chosen lossy rung of every whole window that may take one. */
async function lossyCandidates(
  pieces: readonly ClosedPiece[],
  { ladder, bounds, worker, observeInference }: SegmentEncoderOptions,
): Promise<Map<ClosedPiece, Lossy>> {
  const windows = pieces
    .filter(({ piece }) => piece.whole)
    .map((closed) => ({ closed, millivolts: windowMillivolts(closed) }))
    .map((window) => ({ ...window, scale: measureScale(window.millivolts) }))
    .filter(({ scale }) => scale.index >= ladder.scaleRange[0] && scale.index <= ladder.scaleRange[1]);
  const chosen = new Map<ClosedPiece, Lossy>();
  if (windows.length === 0) return chosen;
  const input = new Float32Array(windows.length * WINDOW);
  windows.forEach(({ millivolts, scale }, row) => {
    normalise(millivolts, scale, input, row * WINDOW);
  });
  const started = performance.now();
  const heads = await worker.call('encode', { windows: input, n: windows.length });
  observeInference((performance.now() - started) / 1000);
  windows.forEach(({ closed, scale }, row) => {
    const candidates = ladder.rungs
      .filter((rung) => rung.kind === 'paper')
      .map((rung) => {
        const { latents, predicted } = heads[rung.head];
        const count = LATENT_COUNT[rung.head];
        const own = latents.subarray(row * count, (row + 1) * count);
        return candidate(rung, scale, own, predicted.subarray(row * PREDICTED_TASKS.length));
      });
    const best = chooseRung(candidates, bounds, ladder.tau);
    if (best !== undefined) chosen.set(closed, best.lossy);
  });
  return chosen;
}

function candidate(
  rung: PaperRung,
  scale: WindowScale,
  latents: Int8Array,
  outputs: Float32Array,
): { rung: number; gain: number; predicted: TaskErrors; lossy: Lossy } {
  const payload = encodePaperPayload(rung, scale, latents);
  const predicted = Object.fromEntries(
    PREDICTED_TASKS.map((task, i) => [task, outputs[i] ?? Number.NaN]),
  ) as unknown as TaskErrors;
  return { rung: rung.index, gain: 1 / payload.length, predicted, lossy: { rung, payload, predicted } };
}

/** 300 Hz signal of a whole window, from all native samples around it that its run has. */
function windowMillivolts({ source: { lead }, piece }: ClosedPiece): Float32Array {
  const { samples, rate } = lead;
  const wanted = windowSupport(piece, rate);
  let from = piece.firstIndex;
  while (from > Math.max(0, wanted.from) && samples[from - 1] !== MISSING) from--;
  let to = piece.firstIndex + piece.count;
  while (to < Math.min(samples.length, wanted.to) && samples[to] !== MISSING) to++;
  const native = toMillivolts(lead, from, to);
  return resample(native, { rate, first: from, outRate: MODEL_RATE, outFirst: piece.start, outCount: WINDOW });
}

function nativeSamples({ source: { lead }, piece }: ClosedPiece): Int16Array {
  return Int16Array.from(lead.samples.subarray(piece.firstIndex, piece.firstIndex + piece.count));
}
