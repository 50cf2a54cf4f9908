/** Segments to samples: lossless ones at once, lossy ones of a batch in one run of the networks per head. */
import { rungAt, type Ladder, type PaperRung, type Rung } from '../lib/codec/ladder.js';
import { LATENT_COUNT } from '../lib/codec/latents.js';
import { decodeLosslessPayload, decodePaperPayload, denormalise } from '../lib/codec/payload.js';
import { STEPS_PER_MILLIVOLT, type WindowScale } from '../lib/codec/window-scale.js';
import { DynamicDeepError } from '../lib/errors/index.js';
import type { InferenceWorker } from '../lib/model/inference-worker.js';
import { MODEL_RATE, nativeIndex, WINDOW } from '../lib/signal/grid.js';
import type { Segment, StreamInfo } from '../lib/wire/index.js';
import type { DecoderOperations } from './inference.worker.js';

/** Samples of a segment, as `ecg.signals` describes them. */
export interface DecodedSamples {
  readonly rung: Rung;
  readonly samples: Int16Array;
  readonly rate: number;
  readonly firstIndex: number;
  readonly gain: number;
  readonly baseline: number;
  /** Bytes of the native samples that the segment stands for, 2 each. */
  readonly nativeBytes: number;
}

export type Encoded = Pick<Segment, 'rung' | 'start' | 'length' | 'payload'>;

interface LossyJob {
  readonly rung: PaperRung;
  readonly start: number;
  readonly scale: WindowScale;
  readonly latents: Int8Array;
  readonly nativeBytes: number;
}

/**
 * Reads a payload. Lossless samples come back at once, lossy ones as a job for `runLossy`.
 * Throws PAYLOAD_CORRUPT where the payload cannot be its rung's.
 */
export function readSegment(
  ladder: Ladder,
  { rung: index, start, length, payload }: Encoded,
  info: StreamInfo,
): DecodedSamples | LossyJob {
  const rung = rungAt(ladder, index);
  if (rung.kind === 'lossless') {
    const { firstIndex, samples } = decodeLosslessPayload(start, info.rate, payload);
    const { rate, gain, baseline } = info;
    return { rung, samples, rate, firstIndex, gain, baseline, nativeBytes: 2 * samples.length };
  }
  if (length !== WINDOW) throw new DynamicDeepError('PAYLOAD_CORRUPT', `rung ${rung.name} carries whole windows only`);
  const native = nativeIndex(start + length, info.rate) - nativeIndex(start, info.rate);
  return { rung, start, ...decodePaperPayload(rung, payload), nativeBytes: 2 * native };
}

export function isLossy(read: DecodedSamples | LossyJob): read is LossyJob {
  return 'latents' in read;
}

/** Decodes the lossy jobs of a batch, one run per head, in the order they came. */
export async function runLossy(
  jobs: readonly LossyJob[],
  worker: InferenceWorker<DecoderOperations>,
): Promise<DecodedSamples[]> {
  const samples = new Map<LossyJob, Int16Array>();
  for (const head of [32, 64] as const) {
    const own = jobs.filter(({ rung }) => rung.head === head);
    if (own.length === 0) continue;
    const latents = new Int8Array(own.length * LATENT_COUNT[head]);
    own.forEach((job, row) => {
      latents.set(job.latents, row * LATENT_COUNT[head]);
    });
    const normalised = await worker.call('decode', { head, latents, n: own.length });
    own.forEach((job, row) => {
      samples.set(job, denormalise(normalised.subarray(row * WINDOW, (row + 1) * WINDOW), job.scale));
    });
  }
  return jobs.map((job) => ({
    rung: job.rung,
    samples: samples.get(job) ?? new Int16Array(0),
    rate: MODEL_RATE,
    firstIndex: job.start,
    gain: STEPS_PER_MILLIVOLT,
    baseline: 0,
    nativeBytes: job.nativeBytes,
  }));
}
