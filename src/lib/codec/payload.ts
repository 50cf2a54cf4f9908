/** Payloads of the rungs: what stands in a segment's bytes. docs/bitstream.md has the layout. */
import { DynamicDeepError } from '../errors/index.js';
import { nativeIndex, WINDOW } from '../signal/grid.js';
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

/** A window lasts 6 s: no lead is sampled so fast that a segment has more native samples than this. */
const MOST_SAMPLES = 65_536;

/** A stretch of native samples: the first one's absolute index in the epoch, and the values. */
export interface NativeStretch {
  readonly firstIndex: number;
  readonly samples: Int16Array;
}

/**
 * Lossless payload of a piece that starts at model sample `start`: count, skew of the first index, code. At most 2 bytes a sample
 * and 5 more, whatever the samples (docs/bitstream.md).
 */
export function encodeLosslessPayload(start: number, rate: number, stretch: NativeStretch): Uint8Array {
  const head: number[] = [];
  writeVarint(stretch.samples.length, head);
  writeZigzag(stretch.firstIndex - nativeIndex(start, rate), head);
  return Buffer.concat([Uint8Array.from(head), encodeLossless(stretch.samples)]);
}

export function decodeLosslessPayload(start: number, rate: number, payload: Uint8Array): NativeStretch {
  const count = readVarint(payload, 0);
  const skew = readZigzag(payload, count.next);
  if (count.value > MOST_SAMPLES) throw new DynamicDeepError('PAYLOAD_CORRUPT', `${count.value} samples in a segment`);
  return {
    firstIndex: nativeIndex(start, rate) + skew.value,
    samples: decodeLossless(payload.subarray(skew.next), count.value),
  };
}

/** Integers of a window under a rung: its latents and what a rung sends beside them. */
export function latentCount(rung: LatentRung): number {
  return rung.kind === 'paper' ? LATENT_COUNT[rung.head] : neuralRowLength(rung);
}

/** Payload of a rung with latents. */
export function encodeLatentPayload(rung: LatentRung, scale: WindowScale, latents: Int8Array): Uint8Array {
  if (rung.kind === 'neural') return encodeNeuralPayload(rung, scale, latents);
  const head: number[] = [];
  writeScale(scale, head);
  return Buffer.concat([Uint8Array.from(head), encodeLatents(latents, rung.tables)]);
}

/** Throws PAYLOAD_CORRUPT where the bytes cannot be a window's. */
export function decodeLatentPayload(rung: LatentRung, payload: Uint8Array): { scale: WindowScale; latents: Int8Array } {
  if (rung.kind === 'neural') return decodeNeuralPayload(rung, payload);
  const { scale, length } = readScale(payload);
  return { scale, latents: decodeLatents(payload.subarray(length), LATENT_COUNT[rung.head], rung.tables) };
}

/** Normalised samples of one window to steps of 5 microvolts, clipped to 16 bits. */
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

/** Network input of one window: millivolts minus the offset, divided by the scale, as the quantised numbers have it. */
export function normalise(millivolts: Float32Array, scale: WindowScale, out: Float32Array, at: number): void {
  const gain = scaleMillivolts(scale);
  const offset = offsetMillivolts(scale);
  for (let i = 0; i < WINDOW; i++) out[at + i] = (millivolts[i]! - offset) / gain;
}
