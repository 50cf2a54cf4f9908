import type { DynamicDeepError } from '../errors/index.js';
import type { InputRecord } from './records.js';

/** The consumer, as a partition needs it: each acts on one topic and the partition's own index. */
export interface PartitionControl {
  seek(topic: string, offset: number): void;
  pause(topic: string): void;
  resume(topic: string): void;
  /** The processor has failed for good. */
  fail(error: DynamicDeepError): void;
}

/** One fetched batch of one topic. */
export interface PartitionBatch {
  readonly topic: string;
  readonly records: readonly InputRecord[];
  /** Offset that the fetch asked for. */
  readonly fetchedFrom: number;
  /** Offset of the last entry, markers included. */
  readonly last: number;
  /** Resolves when the member is to rejoin its group. */
  readonly interrupted: Promise<void>;
  /** Moves the consumer past `offset`. */
  resolve(offset: number): void;
  /** False: take no further record. */
  goOn(): boolean;
  /** True: the partition may be another's, commit nothing. */
  expelled(): boolean;
  /** True: the consumer was sent elsewhere after this batch was fetched. */
  stale(): boolean;
}
