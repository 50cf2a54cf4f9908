/**
 * Decodes segments to samples: lossless and transform rungs immediately, rungs with latents in one run of the networks per
 * rung and batch.
 */
import { DynamicDeepError } from '../errors/index.js';
import { MODEL_RATE, WINDOW } from '../signal/grid.js';
import { rungAt, type Ladder, type LatentRung, type Rung } from './ladder.js';
import {
  decodeLatentPayload,
  decodeLosslessPayload,
  denormalise,
  latentCount,
  nativeCount,
  type SegmentPlace,
} from './payload.js';
import { decodeTransform, reconstructWindow } from './transform.js';
import { STEPS_PER_MILLIVOLT, type WindowScale } from './window-scale.js';

/** Samples of a segment, with the fields that `ecg.signals` describes. */
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

/** A segment as received. */
export interface Encoded extends SegmentPlace {
  /** Index of the rung in the ladder. */
  readonly rung: number;
  readonly payload: Uint8Array;
}

/** Declared properties of a segment's stream: native rate in Hz, ADC units a millivolt, ADC value at 0 mV. */
export interface Declared {
  readonly rate: number;
  readonly gain: number;
  readonly baseline: number;
}

interface LossyJob {
  readonly rung: LatentRung;
  readonly start: number;
  readonly scale: WindowScale;
  readonly latents: Int8Array;
  readonly nativeBytes: number;
}

/**
 * Reads a payload. Returns samples for lossless and transform rungs, and a job for `runLossy` for rungs with latents.
 * Throws PAYLOAD_CORRUPT if the payload cannot belong to its rung.
 */
export function readSegment(
  ladder: Ladder,
  { rung: index, start, length, payload }: Encoded,
  info: Declared,
): DecodedSamples | LossyJob {
  const rung = rungAt(ladder, index);
  if (rung.kind === 'lossless') {
    const { firstIndex, samples } = decodeLosslessPayload({ start, length }, info.rate, payload);
    const { rate, gain, baseline } = info;
    return { rung, samples, rate, firstIndex, gain, baseline, nativeBytes: 2 * samples.length };
  }
  if (length !== WINDOW) throw new DynamicDeepError('PAYLOAD_CORRUPT', `rung ${rung.name} carries whole windows only`);
  const nativeBytes = nativeBytesOf({ start, length }, info);
  if (rung.kind === 'transform') {
    const samples = reconstructWindow(decodeTransform(payload, rung), rung.ratio);
    return decodedAtModelRate(rung, start, nativeBytes, samples);
  }
  return { rung, start, ...decodeLatentPayload(rung, payload), nativeBytes };
}

/** Returns the bytes of the native samples within a segment, 2 each. */
export function nativeBytesOf(place: SegmentPlace, { rate }: Pick<Declared, 'rate'>): number {
  return 2 * nativeCount(place, rate);
}

export function isLossy(read: DecodedSamples | LossyJob | Error): read is LossyJob {
  return 'latents' in read;
}

/**
 * Decodes the lossy jobs of a batch with one run per rung; results are in the order of the jobs. A job whose network output
 * is not finite gives an error in its place, since rounding it to samples would make a line at 0.
 *
 * @param decode runs the networks on n rows of latents of a rung, named by its index in the ladder:
 * `DecoderNetworks.decode`, or a worker that calls it
 */
export async function runLossy(
  jobs: readonly LossyJob[],
  decode: (rung: number, latents: Int8Array, n: number) => Promise<Float32Array>,
): Promise<(DecodedSamples | DynamicDeepError)[]> {
  const samples = new Map<LossyJob, Int16Array>();
  for (const rung of new Set(jobs.map((job) => job.rung))) {
    const own = jobs.filter((job) => job.rung === rung);
    const count = latentCount(rung);
    const latents = new Int8Array(own.length * count);
    own.forEach((job, row) => {
      latents.set(job.latents, row * count);
    });
    const normalised = await decode(rung.index, latents, own.length);
    own.forEach((job, row) => {
      const output = normalised.subarray(row * WINDOW, (row + 1) * WINDOW);
      if (output.every(Number.isFinite)) samples.set(job, denormalise(output, job.scale));
    });
  }
  return jobs.map((job) => decodedJob(job, samples.get(job)));
}

/**
 * Decodes segments to samples, in order.
 *
 * @param decode as for `runLossy`
 * @throws DynamicDeepError PAYLOAD_CORRUPT if one of them does not decode
 */
export async function decodeSegments(
  ladder: Ladder,
  segments: readonly (Encoded & { readonly lead: Declared })[],
  decode: Parameters<typeof runLossy>[1],
): Promise<DecodedSamples[]> {
  const read = segments.map((segment) => readSegment(ladder, segment, segment.lead));
  const lossy = (await runLossy(read.filter(isLossy), decode))[Symbol.iterator]();
  return read.map((own) => {
    const decoded = isLossy(own) ? lossy.next().value! : own;
    if (decoded instanceof Error) throw decoded;
    return decoded;
  });
}

function decodedJob({ rung, start, nativeBytes }: LossyJob, samples: Int16Array | undefined) {
  if (samples === undefined) {
    return new DynamicDeepError('PAYLOAD_CORRUPT', `the output of the decoder network for ${rung.name} is not finite`);
  }
  return decodedAtModelRate(rung, start, nativeBytes, samples);
}

function decodedAtModelRate(rung: Rung, start: number, nativeBytes: number, samples: Int16Array): DecodedSamples {
  return { rung, samples, rate: MODEL_RATE, firstIndex: start, gain: STEPS_PER_MILLIVOLT, baseline: 0, nativeBytes };
}
