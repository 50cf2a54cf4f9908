import { RECORD } from '../signal/grid.js';

export interface RecordPart {
  readonly stream: string;
  readonly epoch: number;
  /** Model-rate index and length. */
  readonly start: number;
  readonly length: number;
}

/**
 * Element gain of whole records, the paper's CG: samples in / numbers out, where a lossless window counts its samples.
 * Windows of a stream come in order; records that were cut, or have a window whose rung has no nominal gain, have none.
 */
export class ElementGains {
  readonly #open = new Map<string, { record: string; samples: number; numbers: number }>();

  /** The gain of a record when its last window is in; undefined before. */
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
