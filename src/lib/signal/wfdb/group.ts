import { DynamicDeepError } from '../../errors/index.js';
import { MISSING } from '../types.js';
import { readAt, withFile } from './files.js';
import { bytesOf, FORMATS, samplesIn, type SampleFormat } from './formats.js';
import type { SignalSpec } from './signal-line.js';

/** Consecutive signals of a header that share a signal file: their samples are interleaved frame by frame. */
export interface Group {
  /** Absolute path; undefined for signals without samples. */
  readonly file?: string;
  readonly format: SampleFormat;
  readonly byteOffset: number;
  readonly signals: readonly SignalSpec[];
  readonly samplesPerFrame: number;
}

/** Samples unpacked at a time: a multiple of every format's block. */
const CHUNK = 6 * 2 ** 15;

/** @throws DynamicDeepError RECORD_UNSUPPORTED */
export function formatOf(signal: SignalSpec, where: string): SampleFormat {
  const format = FORMATS.get(signal.format);
  if (format) return format;
  throw new DynamicDeepError('RECORD_UNSUPPORTED', `${where}: signal format ${signal.format} is not supported`);
}

/** Number of frames in a file of `size` bytes. `begun` also counts a last frame that is cut off after at least one sample. */
export function framesIn(group: Group, size: number): { whole: number; begun: number } {
  const samples = samplesIn(group.format, Math.max(0, size - group.byteOffset));
  return { whole: Math.floor(samples / group.samplesPerFrame), begun: Math.ceil(samples / group.samplesPerFrame) };
}

/** Number of bytes in a file of `frames` frames. */
export function bytesFor(group: Group, frames: number): number {
  return group.byteOffset + bytesOf(group.format, frames * group.samplesPerFrame);
}

/**
 * Reads frames `from` <= t < `to` of a group into `leads`: one array of (to - from) x samplesPerFrame per signal, which the
 * caller has filled with MISSING. A signal with an empty array is not kept. The skew of signals is removed.
 *
 * @param stored frames of the record that the file may hold; anything after them is padding
 * @returns for each signal the 16-bit sum of the samples read, as in the header's checksum
 */
export async function readGroup(
  group: Group & { readonly file: string },
  from: number,
  to: number,
  stored: number,
  leads: readonly Int32Array[],
): Promise<number[]> {
  const { format, samplesPerFrame } = group;
  const maxSkew = Math.max(...group.signals.map((signal) => signal.skew));
  const scatter = new Scatter(group, from, to, leads);
  // Differences have a meaning only when summed from the start.
  const firstSample = format.differences ? 0 : from * samplesPerFrame;
  const lastSample = Math.min(to + maxSkew, stored) * samplesPerFrame;
  const firstBlock = Math.floor(firstSample / format.samples);
  await withFile(group.file, async (handle, size) => {
    const end = Math.min(lastSample, samplesIn(format, Math.max(0, size - group.byteOffset)));
    const bytes = Buffer.alloc((CHUNK / format.samples) * format.bytes);
    const values = new Int32Array(CHUNK);
    for (let first = firstBlock * format.samples; first < end; first += CHUNK) {
      const count = Math.min(CHUNK, end - first);
      const blocks = Math.ceil(count / format.samples);
      const wanted = bytes.subarray(0, blocks * format.bytes);
      const got = await readAt(handle, group.byteOffset + (first / format.samples) * format.bytes, wanted);
      // Bytes of a block that the file does not have belong to samples after `count`.
      wanted.fill(0, got.length);
      format.decode(wanted, blocks, values);
      scatter.add(values.subarray(0, Math.min(count, samplesIn(format, got.length))), first, firstSample);
    }
  });
  return scatter.sums;
}

/** Distributes interleaved samples to their leads. */
class Scatter {
  readonly sums: number[];
  /** For each position in the frame: the signal, and the index of the sample among the signal's samples. */
  private readonly signal: Int32Array;
  private readonly within: Int32Array;
  private readonly level: number[];
  private readonly group: Group;
  private readonly from: number;
  private readonly to: number;
  private readonly leads: readonly Int32Array[];

  constructor(group: Group, from: number, to: number, leads: readonly Int32Array[]) {
    this.group = group;
    this.from = from;
    this.to = to;
    this.leads = leads;
    this.sums = group.signals.map(() => 0);
    this.level = group.signals.map((signal) => signal.initial);
    this.signal = new Int32Array(group.samplesPerFrame);
    this.within = new Int32Array(group.samplesPerFrame);
    let position = 0;
    group.signals.forEach((signal, s) => {
      for (let k = 0; k < signal.samplesPerFrame; k++, position++) {
        this.signal[position] = s;
        this.within[position] = k;
      }
    });
  }

  /** @param first index in the file of values[0]; values before index `start` belong to an earlier read */
  add(values: Int32Array, first: number, start: number): void {
    const { signals, format, samplesPerFrame } = this.group;
    let skip = Math.max(0, start - first);
    let frame = Math.floor((first + skip) / samplesPerFrame);
    let position = (first + skip) % samplesPerFrame;
    for (; skip < values.length; skip++) {
      const s = this.signal[position]!;
      const signal = signals[s]!;
      let value = values[skip]!;
      if (format.differences) this.level[s] = value = (this.level[s]! + value) | 0;
      this.sums[s] = (this.sums[s]! + value) & 0xffff;
      const target = frame - signal.skew;
      const lead = this.leads[s]!;
      if (lead.length > 0 && target >= this.from && target < this.to) {
        lead[(target - this.from) * signal.samplesPerFrame + this.within[position]!] =
          value === format.invalid ? MISSING : value;
      }
      if (++position === samplesPerFrame) {
        position = 0;
        frame++;
      }
    }
  }
}
