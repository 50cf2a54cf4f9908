/** Variable-length numbers of at most 28 bits: seven bits a byte, the lowest first, in as few bytes as possible. */
import { DynamicDeepError } from '../errors/index.js';

const LONGEST = 4;
const LARGEST = 2 ** (7 * LONGEST) - 1;

export interface ReadNumber {
  readonly value: number;
  /** Index of the first byte after the number. */
  readonly next: number;
}

/** @throws RangeError for a value that `readVarint` would refuse */
export function writeVarint(value: number, out: number[]): void {
  if (!(value >= 0 && value <= LARGEST)) throw new RangeError(`${value} has no varint`);
  let rest = value;
  while (rest > 0x7f) {
    out.push((rest & 0x7f) | 0x80);
    rest = Math.floor(rest / 128);
  }
  out.push(rest);
}

/** Throws PAYLOAD_CORRUPT if the bytes end too early or the number is longer than four bytes. */
export function readVarint(bytes: Uint8Array, from: number): ReadNumber {
  let value = 0;
  for (let i = 0; i < LONGEST; i++) {
    const byte = bytes[from + i];
    if (byte === undefined) throw new DynamicDeepError('PAYLOAD_CORRUPT', 'payload ends inside a number');
    value += (byte & 0x7f) * 128 ** i;
    if (byte < 0x80) return { value, next: from + i + 1 };
  }
  throw new DynamicDeepError('PAYLOAD_CORRUPT', 'a number is longer than four bytes');
}

/** Maps the signed numbers 0, -1, 1, -2, ... to 0, 1, 2, 3, ... */
export function zigzag(value: number): number {
  return value >= 0 ? 2 * value : -2 * value - 1;
}

export function unzigzag(folded: number): number {
  return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2;
}

export function writeZigzag(value: number, out: number[]): void {
  writeVarint(zigzag(value), out);
}

export function readZigzag(bytes: Uint8Array, from: number): ReadNumber {
  const { value, next } = readVarint(bytes, from);
  return { value: unzigzag(value), next };
}
