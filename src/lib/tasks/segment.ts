/** A decoded segment as the tasks see it: plain data, whatever its source. */
import { FLAG } from '../signal/flags.js';
import { MODEL_RATE } from '../signal/grid.js';
import type { Stretch } from '../signal/model-rate.js';

export interface TaskSegment {
  readonly stream: string;
  /** Milliseconds UTC, device clock, of the epoch's first sample. */
  readonly epoch: number;
  readonly sequence: number;
  /** Index of the first sample in the epoch, and number of samples, both at 300 Hz. */
  readonly start: number;
  readonly length: number;
  /** Bits of FLAG. */
  readonly flags: number;
  /** Wall clock, milliseconds UTC, at which the last sample had arrived. */
  readonly closedAt: number;
  /** Device seconds per wall second. */
  readonly clockRate: number;
  /** Its samples; not used if decoding failed. */
  readonly stretch: Stretch;
}

/** The networks are not asked about these: a flat or clipped line has neither beats nor rhythm. */
const NO_SIGNAL = FLAG.LEAD_OFF | FLAG.SATURATED | FLAG.CONSTANT | FLAG.DECODE_FAILED;

export function hasSignal({ flags }: Pick<TaskSegment, 'flags'>): boolean {
  return (flags & NO_SIGNAL) === 0;
}

/** Device clock, milliseconds UTC, of model-rate sample `index` of an epoch. */
export function deviceTime(epoch: number, index: number): number {
  return epoch + (1000 * index) / MODEL_RATE;
}
