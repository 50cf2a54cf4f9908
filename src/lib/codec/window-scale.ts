/**
 * Offset and scale of a lossy window, quantised so that encoder and decoder use the very same numbers. The offset is
 * the median to an eighth of the scale, in steps of 5 microvolts, the scale the standard deviation in eighths of an octave
 * above a floor of 20 microvolts: a quiet line stays quiet instead of being blown up into beats.
 */
import { DynamicDeepError } from '../errors/index.js';
import { readZigzag, writeZigzag } from './varint.js';

/** Resolution of reconstructed signals: one step of the 16-bit output is 5 microvolts. */
const MICROVOLTS_PER_STEP = 5;
export const STEPS_PER_MILLIVOLT = 1000 / MICROVOLTS_PER_STEP;

const FLOOR_MV = 0.02;
const STEPS_PER_OCTAVE = 8;
const HIGHEST = 127;
/** Values that a scale's index may have. */
export const SCALES = HIGHEST + 1;
/** Offsets, in their unit, that have a symbol of their own in a table. */
export const OFFSET_RANGE = 20;

/** Largest offset of a window that a lossy rung carries: the 16 bits of the decoder's samples end there. */
export const LARGEST_OFFSET = 0x8000;

/** 2^(i/8) times 2^16, rounded: whole numbers are the same on every machine. */
export const EIGHTHS = [65536, 71468, 77936, 84990, 92682, 101070, 110218, 120194] as const;

export interface WindowScale {
  /** Median in steps of 5 microvolts, a multiple of `offsetUnit`. */
  readonly offset: number;
  /** 0..127: the scale is 0.02 mV * 2^(index / 8). */
  readonly index: number;
}

export function measureScale(millivolts: Float32Array): WindowScale {
  const sorted = millivolts.slice().sort();
  const median = Math.round((sorted[sorted.length >> 1] ?? 0) * STEPS_PER_MILLIVOLT);
  const centre = median / STEPS_PER_MILLIVOLT;
  let squares = 0;
  for (const v of millivolts) squares += (v - centre) ** 2;
  const deviation = Math.sqrt(squares / Math.max(1, millivolts.length));
  const octaves = Math.log2(Math.max(deviation, FLOOR_MV) / FLOOR_MV);
  const index = Math.min(HIGHEST, Math.round(STEPS_PER_OCTAVE * octaves));
  const unit = offsetUnit(index);
  return { offset: unit * Math.round(median / unit) + 0, index };
}

/**
 * Whether lossy rungs carry a window like this. Where the median lies beyond the 16 bits of the decoder's samples, half of the
 * window or more would be clipped, and a payload has no code for every such offset.
 */
export function isCarried({ offset }: Pick<WindowScale, 'offset'>): boolean {
  return Math.abs(offset) <= LARGEST_OFFSET;
}

/** What offsets are multiples of, an eighth of the scale: steps of 5 microvolts. */
export function offsetUnit(index: number): number {
  return Math.max(1, Math.round((EIGHTHS[index % 8]! * (1 << (index >> 3))) / 0x2_0000));
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
  const index = requireScale(payload[0]);
  const offset = readZigzag(payload, 1);
  return { scale: { index, offset: offset.value }, length: offset.next };
}

/** A scale's index as it was read. Throws PAYLOAD_CORRUPT. */
export function requireScale(index: number | undefined): number {
  if (index === undefined || index < 0 || index > HIGHEST) {
    throw new DynamicDeepError('PAYLOAD_CORRUPT', 'scale index out of range');
  }
  return index;
}
