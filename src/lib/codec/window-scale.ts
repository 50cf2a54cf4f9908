/**
 * Offset and scale of a lossy window, quantised so that encoder and decoder use the same numbers. The offset is the median,
 * rounded to an eighth of the scale, in steps of 5 microvolts. The scale is the standard deviation around that median, in eighths
 * of an octave above a floor of 20 microvolts. The floor keeps a quiet line from being amplified into beats.
 */
import { DynamicDeepError } from '../errors/index.js';
import { readZigzag, writeZigzag } from './varint.js';

/** Resolution of reconstructed signals: one step of the 16-bit output. */
const MICROVOLTS_PER_STEP = 5;
export const STEPS_PER_MILLIVOLT = 1000 / MICROVOLTS_PER_STEP;

const FLOOR_MV = 0.02;
const STEPS_PER_OCTAVE = 8;
const HIGHEST = 127;
/** Number of values of a scale's index. */
export const SCALES = HIGHEST + 1;
/** Offsets within +-20 of their unit (`offsetUnit`) have their own symbol in a table. */
export const OFFSET_RANGE = 20;

/** Largest offset that a lossy rung carries, in steps of 5 microvolts: the limit of the decoder's 16-bit samples. */
export const LARGEST_OFFSET = 0x8000;

/** 2^(i/8) times 2^16, rounded to integers, which are the same on every machine. */
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
 * Returns whether lossy rungs carry a window with this offset. If the median lies beyond the decoder's 16-bit samples, half of
 * the window or more would be clipped, and a payload cannot code every such offset.
 */
export function isCarried({ offset }: Pick<WindowScale, 'offset'>): boolean {
  return Math.abs(offset) <= LARGEST_OFFSET;
}

/** Returns the unit of offsets, an eighth of the scale, in steps of 5 microvolts. */
export function offsetUnit(index: number): number {
  return Math.max(1, Math.round((EIGHTHS[index % 8]! * (1 << (index >> 3))) / 0x2_0000));
}

/** Returns the scale in millivolts. */
export function scaleMillivolts(scale: WindowScale): number {
  return FLOOR_MV * 2 ** (scale.index / STEPS_PER_OCTAVE);
}

/** Returns the offset in millivolts. */
export function offsetMillivolts(scale: WindowScale): number {
  return scale.offset / STEPS_PER_MILLIVOLT;
}

/** Appends the bytes of a scale: the index, then the offset (two bytes up to 41 mV). */
export function writeScale(scale: WindowScale, out: number[]): void {
  out.push(scale.index);
  writeZigzag(scale.offset, out);
}

/** Inverts `writeScale` and returns the number of bytes read. Throws PAYLOAD_CORRUPT. */
export function readScale(payload: Uint8Array): { scale: WindowScale; length: number } {
  const index = requireScale(payload[0]);
  const offset = readZigzag(payload, 1);
  return { scale: { index, offset: offset.value }, length: offset.next };
}

/** Returns the index of a scale that was read. Throws PAYLOAD_CORRUPT if it is out of range. */
export function requireScale(index: number | undefined): number {
  if (index === undefined || index < 0 || index > HIGHEST) {
    throw new DynamicDeepError('PAYLOAD_CORRUPT', 'scale index out of range');
  }
  return index;
}
