/**
 * A sample format of signal(5) in the WFDB Applications Guide. It packs `samples` samples into a block of `bytes` bytes. A file
 * may end inside a block: `partial[r]` samples are whole if r bytes remain.
 */
export interface SampleFormat {
  readonly samples: number;
  readonly bytes: number;
  /** Whole samples in the first r bytes of a block, r = 0 .. bytes - 1. */
  readonly partial: readonly number[];
  /** The code that means 'no valid sample'; format 8 has none. */
  readonly invalid?: number;
  /** True if the file holds first differences instead of amplitudes. */
  readonly differences?: true;
  /** Unpacks `blocks` whole blocks of `from` into `to`. Both are long enough. */
  readonly decode: (from: Buffer, blocks: number, to: Int32Array) => void;
}

/** Creates a format with one sample per block, read by `read(bytes, offset)`. */
function plain(bytes: number, invalid: number | undefined, read: (from: Buffer, at: number) => number): SampleFormat {
  return {
    samples: 1,
    bytes,
    partial: Array<number>(bytes).fill(0),
    ...(invalid === undefined ? { differences: true } : { invalid }),
    decode: (from, blocks, to) => {
      for (let k = 0; k < blocks; k++) to[k] = read(from, k * bytes);
    },
  };
}

/** Sign-extends the low `bits` bits, a two's complement number. */
function signed(value: number, bits: number): number {
  return (value << (32 - bits)) >> (32 - bits);
}

const FORMAT_212: SampleFormat = {
  samples: 2,
  bytes: 3,
  partial: [0, 0, 1],
  invalid: -2048,
  decode: (from, blocks, to) => {
    for (let k = 0; k < blocks; k++) {
      const middle = from[3 * k + 1]!;
      to[2 * k] = signed(from[3 * k]! | (middle << 8), 12);
      to[2 * k + 1] = signed(from[3 * k + 2]! | ((middle & 0xf0) << 4), 12);
    }
  },
};

/** Bit 0 of each byte pair is unused; the third sample is made of the upper five bits of both pairs. */
const FORMAT_310: SampleFormat = {
  samples: 3,
  bytes: 4,
  partial: [0, 0, 1, 1],
  invalid: -512,
  decode: (from, blocks, to) => {
    for (let k = 0; k < blocks; k++) {
      const low = from.readUInt16LE(4 * k);
      const high = from.readUInt16LE(4 * k + 2);
      to[3 * k] = signed(low >> 1, 10);
      to[3 * k + 1] = signed(high >> 1, 10);
      to[3 * k + 2] = signed((low >> 11) | ((high >> 11) << 5), 10);
    }
  },
};

/** Three samples in the lower 30 bits of a little-endian word. */
const FORMAT_311: SampleFormat = {
  samples: 3,
  bytes: 4,
  partial: [0, 0, 1, 2],
  invalid: -512,
  decode: (from, blocks, to) => {
    for (let k = 0; k < blocks; k++) {
      const word = from.readInt32LE(4 * k);
      to[3 * k] = signed(word, 10);
      to[3 * k + 1] = signed(word >> 10, 10);
      to[3 * k + 2] = signed(word >> 20, 10);
    }
  },
};

export const FORMATS: ReadonlyMap<number, SampleFormat> = new Map([
  [8, plain(1, undefined, (from, at) => from.readInt8(at))],
  [16, plain(2, -(2 ** 15), (from, at) => from.readInt16LE(at))],
  [24, plain(3, -(2 ** 23), (from, at) => from.readIntLE(at, 3))],
  [32, plain(4, -(2 ** 31), (from, at) => from.readInt32LE(at))],
  [61, plain(2, -(2 ** 15), (from, at) => from.readInt16BE(at))],
  [80, plain(1, -(2 ** 7), (from, at) => from[at]! - 128)],
  [160, plain(2, -(2 ** 15), (from, at) => from.readUInt16LE(at) - 32768)],
  [212, FORMAT_212],
  [310, FORMAT_310],
  [311, FORMAT_311],
]);

/** Number of bytes that hold the first `count` samples. */
export function bytesOf(format: SampleFormat, count: number): number {
  const rest = count % format.samples;
  const bytes = Math.floor(count / format.samples) * format.bytes;
  const partial = format.partial.indexOf(rest);
  return bytes + (partial < 0 ? format.bytes : partial);
}

/** Number of whole samples in a file of `bytes` bytes. */
export function samplesIn(format: SampleFormat, bytes: number): number {
  return Math.floor(bytes / format.bytes) * format.samples + (format.partial[bytes % format.bytes] ?? 0);
}
