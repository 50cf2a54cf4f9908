import { RECORD } from '../signal/grid.js';

export interface RecordPart {
  readonly stream: string;
  readonly epoch: number;
  /** Model-rate index and length. */
  readonly start: number;
  readonly length: number;
}

/**
 * Computes the element gain of whole records, the paper's CG: samples in / numbers out. A lossless window counts one number per
 * sample. The windows of a stream must come in order. Records that were cut, or that have a window whose rung has no nominal
 * gain, have no element gain.
 */
export class ElementGains {
  readonly #open = new Map<string, { record: string; samples: number; numbers: number }>();

  /** Adds a window. Returns the record's gain with its last window, undefined before. */
  add({ stream, epoch, start, length }: RecordPart, nominalGain: number | null): number | undefined {
    const record = `${epoch} ${Math.floor(start / RECORD)}`;
    const known = this.#open.get(stream);
    const open = known?.record === record ? known : { record, samples: 0, numbers: 0 };
    this.#open.set(stream, open);
    open.samples += length;
    open.numbers += nominalGain === null ? NaN : length / nominalGain;
    return open.samples === RECORD && !Number.isNaN(open.numbers) ? open.samples / open.numbers : undefined;
  }
}
