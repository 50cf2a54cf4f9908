/**
 * Offset and scale of a lossy window, quantised so that encoder and decoder use the very same numbers. The offset is
 * the median in steps of 5 microvolts, the scale the standard deviation in eighths of an octave above a floor of 20
 * microvolts: a quiet line stays quiet instead of being blown up into beats.
 */
import { DynamicDeepError } from '../errors/index.js';
import { readZigzag, writeZigzag } from './varint.js';

/** Resolution of reconstructed signals: one step of the 16-bit output is 5 microvolts. */
const MICROVOLTS_PER_STEP = 5;
export const STEPS_PER_MILLIVOLT = 1000 / MICROVOLTS_PER_STEP;

const FLOOR_MV = 0.02;
const STEPS_PER_OCTAVE = 8;
const HIGHEST = 127;

export interface WindowScale {
  /** Median in steps of 5 microvolts. */
  readonly offset: number;
  /** 0..127: the scale is 0.02 mV * 2^(index / 8). */
  readonly index: number;
}

export function measureScale(millivolts: Float32Array): WindowScale {
  const sorted = millivolts.slice().sort();
  const offset = Math.round((sorted[sorted.length >> 1] ?? 0) * STEPS_PER_MILLIVOLT);
  const centre = offset / STEPS_PER_MILLIVOLT;
  let squares = 0;
  for (const v of millivolts) squares += (v - centre) ** 2;
  const deviation = Math.sqrt(squares / Math.max(1, millivolts.length));
  const index = Math.round(STEPS_PER_OCTAVE * Math.log2(Math.max(deviation, FLOOR_MV) / FLOOR_MV));
  return { offset, index: Math.min(HIGHEST, index) };
}

/** Millivolts of the scale's index. */
export function scaleMillivolts(scale: WindowScale): number {
  return FLOOR_MV * 2 ** (scale.index / STEPS_PER_OCTAVE);
}

/** Millivolts of the offset. */
export function offsetMillivolts(scale: WindowScale): number {
  return scale.offset / STEPS_PER_MILLIVOLT;
}

/** Bytes of a scale: the index, then the offset (two bytes up to 41 mV). */
export function writeScale(scale: WindowScale, out: number[]): void {
  out.push(scale.index);
  writeZigzag(scale.offset, out);
}

/** The inverse of `writeScale`; also says how many bytes it read. Throws PAYLOAD_CORRUPT. */
export function readScale(payload: Uint8Array): { scale: WindowScale; length: number } {
  const index = payload[0];
  if (index === undefined || index > HIGHEST) throw new DynamicDeepError('PAYLOAD_CORRUPT', 'scale index out of range');
  const offset = readZigzag(payload, 1);
  return { scale: { index, offset: offset.value }, length: offset.next };
}
