import { DynamicDeepError } from '../errors/index.js';

/** Common interface of encoder and decoder, so that both run the same modelling code. */
export interface BitCoder {
  /**
   * Codes one binary decision. The encoder writes `bit` and returns it; the decoder ignores it and returns what was
   * written.
   * @param bit 0 or 1
   * @param one probability of a 1 in 1/65536, an integer from 1 to 65535
   */
  code(bit: number, one: number): number;
}

// Literals and shifts: ECMAScript leaves the last bit of ** to the engine.
const TOP = 0x1_0000_0000;
const RENORMALISE = 0x100_0000;

/** Zero bytes that a decoder reads past the end: four of look-ahead and as many that the encoder may have trimmed. */
const MAX_PAST_END = 8;

/**
 * Arithmetic coder with a 32-bit range, byte-wise renormalisation and carry into the bytes already written (the range
 * coder of Martin, 1979). Every value stays an integer below 2^48, where doubles are exact, so that all machines agree.
 */
export class RangeEncoder implements BitCoder {
  private readonly bytes: number[] = [];
  private low = 0;
  private range = TOP - 1;

  code(bit: number, one: number): number {
    const split = Math.floor((this.range * one) / 65536);
    if (bit === 1) {
      this.range = split;
    } else {
      this.low += split;
      this.range -= split;
    }
    this.normalise();
    return bit;
  }

  /** Codes the slice [start, start + size) of a total of 2^bits, bits <= 16 and size >= 1. */
  slice(start: number, size: number, bits: number): void {
    const total = 1 << bits;
    const from = Math.floor((this.range * start) / total);
    const to = Math.floor((this.range * (start + size)) / total);
    this.low += from;
    this.range = to - from;
    this.normalise();
  }

  /** Codes `count` equally likely bits (0 to 16 of them). */
  bits(value: number, count: number): void {
    if (count > 0) this.slice(value, 1, count);
  }

  /** Lower bound on the length of the finished code: `finish` may trim up to four zero bytes. */
  get leastBytes(): number {
    return this.bytes.length - (MAX_PAST_END - 4);
  }

  /** Ends the code with the fewest bytes that identify a number inside the last interval. Call it once, as the last call. */
  finish(): Uint8Array {
    const end = this.low + this.range;
    let step = TOP;
    // Finds the coarsest multiple inside [low, end), which needs the fewest bytes.
    for (; step > 1 && Math.ceil(this.low / step) * step >= end; step /= 256);
    this.low = Math.ceil(this.low / step) * step;
    this.carry();
    const kept = this.bytes.length;
    for (let k = 0; k < 4; k++) this.shift();
    let length = this.bytes.length;
    while (length > 0 && length > kept - (MAX_PAST_END - 4) && this.bytes[length - 1] === 0) length--;
    return Uint8Array.from(this.bytes.slice(0, length));
  }

  private normalise(): void {
    this.carry();
    while (this.range < RENORMALISE) {
      this.shift();
      this.range *= 256;
    }
  }

  private shift(): void {
    const byte = Math.floor(this.low / RENORMALISE);
    this.bytes.push(byte);
    this.low = (this.low - byte * RENORMALISE) * 256;
  }

  private carry(): void {
    if (this.low < TOP) return;
    this.low -= TOP;
    let at = this.bytes.length - 1;
    for (; this.bytes[at] === 255; at--) this.bytes[at] = 0;
    this.bytes[at]!++;
  }
}

/** Decodes the bytes of `RangeEncoder`. Reads zeros past the end, but at most `MAX_PAST_END` of them. */
export class RangeDecoder implements BitCoder {
  private readonly bytes: Uint8Array;
  private at: number;
  private value = 0;
  private range = TOP - 1;

  /** @throws DynamicDeepError PAYLOAD_CORRUPT, here and in every read, if the code ends too early */
  constructor(bytes: Uint8Array, from = 0) {
    this.bytes = bytes;
    this.at = from;
    for (let k = 0; k < 4; k++) this.value = this.value * 256 + this.next();
  }

  code(_bit: number, one: number): number {
    const split = Math.floor((this.range * one) / 65536);
    const bit = this.value < split ? 1 : 0;
    if (bit === 1) {
      this.range = split;
    } else {
      this.value -= split;
      this.range -= split;
    }
    this.normalise();
    return bit;
  }

  /** Returns a position, in a total of 2^bits, that lies inside the next slice. `take` must follow with that slice. */
  peek(bits: number): number {
    // (value + 1) * total < 2^48 is exact and no quotient comes nearer to a whole number than 2^-32: ceil is safe.
    const position = Math.ceil(((this.value + 1) * (1 << bits)) / this.range) - 1;
    return Math.min(position, (1 << bits) - 1);
  }

  take(start: number, size: number, bits: number): void {
    const total = 1 << bits;
    const from = Math.floor((this.range * start) / total);
    const to = Math.floor((this.range * (start + size)) / total);
    this.value -= from;
    this.range = to - from;
    this.normalise();
  }

  bits(count: number): number {
    if (count === 0) return 0;
    const value = this.peek(count);
    this.take(value, 1, count);
    return value;
  }

  /** @throws DynamicDeepError PAYLOAD_CORRUPT if bytes are left over */
  finish(): void {
    if (this.at < this.bytes.length)
      throw corrupt(`${this.bytes.length - this.at} bytes are left after the last symbol`);
  }

  private normalise(): void {
    // Only a damaged code leaves the interval. Stopping here keeps every later value an integer in range.
    if (this.value >= this.range) throw corrupt('the code left its interval');
    while (this.range < RENORMALISE) {
      this.value = this.value * 256 + this.next();
      this.range *= 256;
    }
  }

  private next(): number {
    if (this.at >= this.bytes.length + MAX_PAST_END) throw corrupt('the code ends before its last symbol');
    return this.bytes[this.at++] ?? 0;
  }
}

function corrupt(what: string): DynamicDeepError {
  return new DynamicDeepError('PAYLOAD_CORRUPT', `Entropy code: ${what}.`);
}
