/** What a record is sent in. */
import type { TaskErrors } from '../../../lib/codec/choose.js';
import type { Stretch } from '../../../lib/signal/model-rate.js';

/** What one segment of a record would carry. */
export interface Part {
  /** Rung of a ladder, or `raw` or `gzip`. */
  readonly name: string;
  /** Place in its ladder; that of the lossless rung for what stands in none. */
  readonly rung: number;
  readonly lossless: boolean;
  /** Samples in / numbers out; null where a rung has no such figure. */
  readonly nominalGain: number | null;
  /** Model-rate index and length. */
  readonly start: number;
  readonly length: number;
  readonly payload: Uint8Array;
  readonly predicted: TaskErrors | undefined;
}

export interface CodedPart extends Part {
  readonly stretch: Stretch;
  /** Percent, mean removed, native rate; of the part by itself. */
  readonly prdn: number;
}

/** Parts of a whole record, in order. */
export type Sent = readonly CodedPart[];
