/** The parts in which a record is sent. */
import type { TaskErrors } from '../../../lib/codec/choose.js';
import type { Stretch } from '../../../lib/signal/model-rate.js';

/** Content of one segment of a record. */
export interface Part {
  /** Rung of a ladder, or `raw` or `gzip`. */
  readonly name: string;
  /** Index in its ladder; that of the lossless rung for a way that is in no ladder. */
  readonly rung: number;
  readonly lossless: boolean;
  /** Samples in / numbers out; null if a rung has no such figure. */
  readonly nominalGain: number | null;
  /** Model-rate index and length. */
  readonly start: number;
  readonly length: number;
  readonly payload: Uint8Array;
  readonly predicted: TaskErrors | undefined;
}

export interface CodedPart extends Part {
  readonly stretch: Stretch;
  /** PRDN of this part alone: percent, mean removed, native rate. */
  readonly prdn: number;
}

/** Parts of a whole record, in order. */
export type Sent = readonly CodedPart[];
