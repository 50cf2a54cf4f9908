/** Encodes and decodes the payload bytes of a segment under each rung. docs/bitstream.md has the layout. */
import { DynamicDeepError } from '../errors/index.js';
import { MODEL_RATE, nativeIndex, WINDOW } from '../signal/grid.js';
import type { LatentRung } from './ladder.js';
import { decodeLatents, encodeLatents, LATENT_COUNT } from './latents.js';
import { decodeLossless, encodeLossless } from './lossless.js';
import { decodeNeuralPayload, encodeNeuralPayload, neuralRowLength } from './neural-payload.js';
import { readVarint, readZigzag, writeVarint, writeZigzag } from './varint.js';
import {
  offsetMillivolts,
  readScale,
  scaleMillivolts,
  STEPS_PER_MILLIVOLT,
  writeScale,
  type WindowScale,
} from './window-scale.js';

/** Start and length of a segment in its epoch, in model samples. */
export interface SegmentPlace {
  readonly start: number;
  readonly length: number;
}

/** A stretch of native samples: the first one's absolute index in the epoch, and the values. */
export interface NativeStretch {
  readonly firstIndex: number;
  readonly samples: Int16Array;
}

/**
 * Returns the lossless payload of a piece that starts at model sample `start`: count, skew of the first index, code. It takes at
 * most 2 bytes a sample plus 5, whatever the samples (docs/bitstream.md).
 */
export function encodeLosslessPayload(start: number, rate: number, stretch: NativeStretch): Uint8Array {
  const head: number[] = [];
  writeVarint(stretch.samples.length, head);
  writeZigzag(stretch.firstIndex - nativeIndex(start, rate), head);
  return Buffer.concat([Uint8Array.from(head), encodeLossless(stretch.samples)]);
}

/**
 * Decodes the native samples of a lossless segment. Their number and the first index are checked against the segment's place
 * before anything is decoded, so that a few bytes cannot become more samples than the segment's time holds.
 *
 * @throws DynamicDeepError PAYLOAD_CORRUPT if the payload does not fit the place or is not a lossless code
 */
export function decodeLosslessPayload(place: SegmentPlace, rate: number, payload: Uint8Array): NativeStretch {
  const count = readVarint(payload, 0);
  const skew = readZigzag(payload, count.next);
  checkPlace(place, rate, count.value, skew.value);
  return {
    firstIndex: nativeIndex(place.start, rate) + skew.value,
    samples: decodeLossless(payload.subarray(skew.next), count.value),
  };
}

/** Returns the number of native samples within a segment. */
export function nativeCount({ start, length }: SegmentPlace, rate: number): number {
  return nativeIndex(start + length, rate) - nativeIndex(start, rate);
}

/**
 * Throws PAYLOAD_CORRUPT if the count and skew of a payload do not fit its segment's place. Next to a gap, a piece may begin
 * and end up to a model sample away from its place. That is ceil(rate / 300) native samples; one more is left for rounding.
 * A whole window adjoins no gap, so it must not have fewer samples either.
 */
function checkPlace(place: SegmentPlace, rate: number, count: number, skew: number): void {
  const { length } = place;
  const expected = nativeCount(place, rate);
  const slack = Math.ceil(rate / MODEL_RATE) + 1;
  const least = length === WINDOW ? expected - slack : 0;
  // All comparisons are false for a rate of NaN.
  const fits = length >= 0 && length <= WINDOW && count >= least && count <= expected + slack;
  if (fits && Math.abs(skew) <= slack) return;
  throw new DynamicDeepError(
    'PAYLOAD_CORRUPT',
    `${count} samples with skew ${skew} in a segment of length ${length}, which has ${expected} samples at ${rate} Hz`,
  );
}

/** Returns the number of integers of a window under a rung: latents, and the window's ends if the rung sends them. */
export function latentCount(rung: LatentRung): number {
  return rung.kind === 'paper' ? LATENT_COUNT[rung.head] : neuralRowLength(rung);
}

export function encodeLatentPayload(rung: LatentRung, scale: WindowScale, latents: Int8Array): Uint8Array {
  if (rung.kind === 'neural') return encodeNeuralPayload(rung, scale, latents);
  const head: number[] = [];
  writeScale(scale, head);
  return Buffer.concat([Uint8Array.from(head), encodeLatents(latents, rung.tables)]);
}

/** Throws PAYLOAD_CORRUPT if the bytes cannot be the code of a window. */
export function decodeLatentPayload(rung: LatentRung, payload: Uint8Array): { scale: WindowScale; latents: Int8Array } {
  if (rung.kind === 'neural') return decodeNeuralPayload(rung, payload);
  const { scale, length } = readScale(payload);
  return { scale, latents: decodeLatents(payload.subarray(length), LATENT_COUNT[rung.head], rung.tables) };
}

/** Converts the normalised samples of one window to steps of 5 microvolts, clipped to 16 bits. */
export function denormalise(normalised: Float32Array, scale: WindowScale): Int16Array {
  const out = new Int16Array(WINDOW);
  const gain = scaleMillivolts(scale);
  const offset = offsetMillivolts(scale);
  for (let i = 0; i < WINDOW; i++) {
    const steps = Math.round((normalised[i]! * gain + offset) * STEPS_PER_MILLIVOLT);
    out[i] = Math.max(-32768, Math.min(32767, steps));
  }
  return out;
}

/** Writes the network input of one window to `out`: (millivolts - offset) / scale, with the quantised offset and scale. */
export function normalise(millivolts: Float32Array, scale: WindowScale, out: Float32Array, at: number): void {
  const gain = scaleMillivolts(scale);
  const offset = offsetMillivolts(scale);
  for (let i = 0; i < WINDOW; i++) out[at + i] = (millivolts[i]! - offset) / gain;
}
