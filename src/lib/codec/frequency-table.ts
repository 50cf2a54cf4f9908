import { DynamicDeepError } from '../errors/index.js';
import type { RangeDecoder, RangeEncoder } from './range-coder.js';

/**
 * Static distribution over the integers `first` .. `first + symbols - 1`, followed by one escape symbol, for a
 * `RangeEncoder`. Frequencies are integers >= 1 with a total of 2^bits. A value outside the range is sent as the escape
 * and a signed Exp-Golomb code of its distance to the range.
 */
export class FrequencyTable {
  readonly first: number;
  readonly bits: number;
  /** Cumulative frequencies from 0 to the total; symbols + 2 entries, as the escape counts too. */
  readonly cumulative: Uint32Array;

  private constructor(first: number, bits: number, cumulative: Uint32Array) {
    this.first = first;
    this.bits = bits;
    this.cumulative = cumulative;
  }

  /**
   * Scales observed counts to the total. Rounding uses integer arithmetic, so every machine builds the same table.
   * @param counts non-negative integers below 2^32, one for each symbol from `first` on
   * @param escape how often a value fell outside
   * @param bits 12 to 16; the total is 2^bits
   * @throws DynamicDeepError MODEL_INVALID for counts that no table can be built from
   */
  static fromCounts(counts: ArrayLike<number>, first: number, escape = 0, bits = 14): FrequencyTable {
    const all = [...Array.from(counts), escape];
    const total = 1 << bits;
    const valid =
      Number.isInteger(bits) && bits >= 12 && bits <= 16 && Number.isInteger(first) && all.length * 2 <= total;
    if (!valid || !all.every((count) => Number.isInteger(count) && count >= 0 && count < 2 ** 32)) {
      throw new DynamicDeepError('MODEL_INVALID', 'A frequency table needs whole counts and a total of 2^12 to 2^16.');
    }
    // Each symbol gets 1, the rest of the total is split in proportion, and the remainder goes to the likeliest symbol.
    const sum = Math.max(
      1,
      all.reduce((a, b) => a + b, 0),
    );
    const spare = total - all.length;
    const sizes = all.map((count) => 1 + Number((BigInt(count) * BigInt(spare)) / BigInt(sum)));
    const likeliest = all.indexOf(all.reduce((a, b) => Math.max(a, b), 0));
    sizes[likeliest]! += total - sizes.reduce((a, b) => a + b, 0);
    return FrequencyTable.fromSizes(sizes, first, bits);
  }

  /**
   * Makes a table from stored frequencies; the escape's is last.
   * @throws DynamicDeepError MODEL_INVALID if they are not positive integers or do not add up to 2^bits
   */
  static fromSizes(sizes: ArrayLike<number>, first: number, bits: number): FrequencyTable {
    const cumulative = new Uint32Array(sizes.length + 1);
    for (let i = 0; i < sizes.length; i++) {
      const size = sizes[i]!;
      if (!Number.isInteger(size) || size < 1 || size > 65536) {
        throw new DynamicDeepError('MODEL_INVALID', `Frequency ${i} is ${size}, not a whole number from 1 on.`);
      }
      cumulative[i + 1] = cumulative[i]! + size;
    }
    if (bits < 12 || bits > 16 || cumulative[sizes.length] !== 1 << bits) {
      throw new DynamicDeepError(
        'MODEL_INVALID',
        `Frequencies add up to ${cumulative[sizes.length]!}, not to 2^${bits}.`,
      );
    }
    return new FrequencyTable(first, bits, cumulative);
  }

  /** Number of symbols without the escape. */
  get symbols(): number {
    return this.cumulative.length - 2;
  }

  /** Returns the bits that `value` costs, for rate estimates (never for coding). */
  cost(value: number): number {
    const symbol = this.symbolOf(value);
    const bits = this.bits - Math.log2(this.cumulative[symbol + 1]! - this.cumulative[symbol]!);
    return symbol === this.symbols ? bits + 2 * Math.floor(Math.log2(this.outside(value) + 1)) + 1 : bits;
  }

  encode(encoder: RangeEncoder, value: number): void {
    const symbol = this.symbolOf(value);
    const start = this.cumulative[symbol]!;
    encoder.slice(start, this.cumulative[symbol + 1]! - start, this.bits);
    if (symbol === this.symbols) encodeExpGolomb(encoder, this.outside(value), 0);
  }

  /** @throws DynamicDeepError PAYLOAD_CORRUPT if the code is damaged */
  decode(decoder: RangeDecoder): number {
    const position = decoder.peek(this.bits);
    let low = 0;
    let high = this.cumulative.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.cumulative[middle]! <= position) low = middle;
      else high = middle;
    }
    const start = this.cumulative[low]!;
    decoder.take(start, this.cumulative[low + 1]! - start, this.bits);
    if (low < this.symbols) return this.first + low;
    const outside = decodeExpGolomb(decoder, 0);
    return outside % 2 === 0 ? this.first + this.symbols + outside / 2 : this.first - (outside + 1) / 2;
  }

  private symbolOf(value: number): number {
    const symbol = value - this.first;
    return symbol >= 0 && symbol < this.symbols ? symbol : this.symbols;
  }

  /** Maps values above the range to 0, 2, 4, ... and values below it to 1, 3, 5, ... */
  private outside(value: number): number {
    return value < this.first ? 2 * (this.first - value) - 1 : 2 * (value - this.first - this.symbols);
  }
}

/** Most bits in the prefix of an Exp-Golomb code: no payload value needs more. */
const LONGEST_PREFIX = 24;

/**
 * Writes the Exp-Golomb code of order `k`, each bit at probability 1/2. Values from 0 to 2^24 have a code at every order.
 *
 * @throws RangeError for a value that `decodeExpGolomb` would refuse
 */
export function encodeExpGolomb(encoder: RangeEncoder, value: number, k: number): void {
  const scaled = Math.floor(value / (1 << k)) + 1;
  if (!(scaled >= 1 && scaled < 2 << LONGEST_PREFIX)) throw new RangeError(`${value} has no Exp-Golomb code`);
  const length = 31 - Math.clz32(scaled);
  for (let i = 0; i < length; i++) encoder.bits(1, 1);
  encoder.bits(0, 1);
  for (let i = length - 1; i >= 0; i--) encoder.bits((scaled >> i) & 1, 1);
  encoder.bits(value % (1 << k), k);
}

/** @throws DynamicDeepError PAYLOAD_CORRUPT for a prefix that no encoder writes */
export function decodeExpGolomb(decoder: RangeDecoder, k: number): number {
  let length = 0;
  while (decoder.bits(1) === 1) {
    if (++length > LONGEST_PREFIX)
      throw new DynamicDeepError('PAYLOAD_CORRUPT', 'Entropy code: an escape is longer than any value.');
  }
  let scaled = 1;
  for (let i = 0; i < length; i++) scaled = scaled * 2 + decoder.bits(1);
  return (scaled - 1) * (1 << k) + decoder.bits(k);
}
