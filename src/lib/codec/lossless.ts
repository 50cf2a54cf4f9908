import { DynamicDeepError } from '../errors/index.js';
import { decodeExpGolomb, encodeExpGolomb } from './frequency-table.js';
import { PROFILES } from './lossless-profiles.js';
import { RangeDecoder, RangeEncoder } from './range-coder.js';
import { SampleModel } from './sample-model.js';
import { latticeOf, measure, referenceOf } from './lossless-analysis.js';

/** Largest number of samples in one payload. */
export const MAX_LOSSLESS_SAMPLES = 65_536;

/** First byte: mode in the two high bits (0 raw, else the profile's number), lattice flag, index of the reference. */
const RAW = 0;
const LATTICE = 0x20;
const FIRST_SAMPLE_ORDER = 8;

/**
 * Codes a window losslessly and independently of its neighbours: adaptive linear prediction by several predictors, then
 * binary range coding under their mixture. docs/bitstream.md describes the payload.
 * @param samples 0 to 65,536 native ADC values
 * @returns at most 2 * samples.length + 1 bytes; no bytes for no samples
 * @throws DynamicDeepError CONFIG_INVALID for more samples than a payload may hold
 */
export function encodeLossless(samples: Int16Array): Uint8Array {
  return encodeUpTo(samples, Infinity)!;
}

/** Returns whether the code of a window takes more than `most` bytes. Encoding stops as soon as that is certain. */
export function losslessExceeds(samples: Int16Array, most: number): boolean {
  // Plain samples replace any longer code.
  if (most > 2 * samples.length) return false;
  const code = encodeUpTo(samples, most);
  return code === undefined || code.length > most;
}

/** Returns undefined as soon as the code is certain to take more than `most` bytes. */
function encodeUpTo(samples: Int16Array, most: number): Uint8Array | undefined {
  if (samples.length > MAX_LOSSLESS_SAMPLES) {
    throw new DynamicDeepError('CONFIG_INVALID', `${samples.length} samples; a lossless payload holds at most 65,536.`);
  }
  if (samples.length === 0) return new Uint8Array(0);
  const lattice = latticeOf(samples);
  const steps = lattice === undefined ? samples : samples.map((x) => (x - lattice.rest) / lattice.step);
  const { profile, index } = measure(steps, PROFILES);
  const encoder = new RangeEncoder();
  if (lattice !== undefined) {
    encoder.bits(lattice.step, 16);
    encoder.bits(lattice.rest, 16);
  }
  const first = steps[0]!;
  encodeExpGolomb(encoder, first < 0 ? -2 * first - 1 : 2 * first, FIRST_SAMPLE_ORDER);
  const model = new SampleModel(PROFILES[profile]!, steps.length, first, referenceOf(index));
  for (let t = 1; t < steps.length; t++) {
    model.code(encoder, steps[t]!);
    if (encoder.leastBytes > most) return undefined;
  }
  const code = encoder.finish();
  if (code.length >= 2 * samples.length) return raw(samples);
  const payload = new Uint8Array(1 + code.length);
  payload[0] = ((profile + 1) << 6) | (lattice === undefined ? 0 : LATTICE) | index;
  payload.set(code, 1);
  return payload;
}

/**
 * @param payload output of `encodeLossless`
 * @param count samples of the window; the segment's payload carries the count before this code
 * @returns exactly `count` samples. A damaged payload that happens to be a legal code gives wrong samples: the
 *   frame's CRC guards integrity.
 * @throws DynamicDeepError PAYLOAD_CORRUPT if the payload is not a code of `count` samples
 */
export function decodeLossless(payload: Uint8Array, count: number): Int16Array {
  if (!Number.isInteger(count) || count < 0 || count > MAX_LOSSLESS_SAMPLES)
    throw corrupt(`${count} samples were asked for`);
  if (count === 0) {
    if (payload.length > 0) throw corrupt(`${payload.length} bytes for no samples`);
    return new Int16Array(0);
  }
  const header = payload[0];
  if (header === undefined) throw corrupt('it is empty');
  const mode = header >> 6;
  if (mode === RAW) return unraw(payload, count);
  const profile = PROFILES[mode - 1];
  if (profile === undefined) throw corrupt(`profile ${mode} is not known`);
  const decoder = new RangeDecoder(payload, 1);
  let step = 1;
  let rest = 0;
  if ((header & LATTICE) !== 0) {
    step = decoder.bits(16);
    rest = decoder.bits(16);
    if (step < 2 || rest >= step) throw corrupt('its lattice is impossible');
  }
  const folded = decodeExpGolomb(decoder, FIRST_SAMPLE_ORDER);
  if (folded > 65_535) throw corrupt('its first sample is out of range');
  const first = folded % 2 === 1 ? -(folded + 1) / 2 : folded / 2;
  const samples = new Int16Array(count);
  const model = new SampleModel(profile, count, first, referenceOf(header & 0x1f));
  for (let t = 0; t < count; t++) {
    const value = (t === 0 ? first : model.code(decoder, 0)) * step + rest;
    if (value < -32_768 || value > 32_767) throw corrupt('a sample is out of range');
    samples[t] = value;
  }
  decoder.finish();
  return samples;
}

function raw(samples: Int16Array): Uint8Array {
  const payload = new Uint8Array(1 + 2 * samples.length);
  const view = new DataView(payload.buffer);
  payload[0] = RAW << 6;
  samples.forEach((x, t) => {
    view.setInt16(1 + 2 * t, x, true);
  });
  return payload;
}

function unraw(payload: Uint8Array, count: number): Int16Array {
  if (payload[0] !== 0 || payload.length !== 1 + 2 * count) {
    throw corrupt(`${payload.length} bytes are not ${count} plain samples`);
  }
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  return Int16Array.from({ length: count }, (_, t) => view.getInt16(1 + 2 * t, true));
}

function corrupt(what: string): DynamicDeepError {
  return new DynamicDeepError('PAYLOAD_CORRUPT', `Lossless payload: ${what}.`);
}
