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

/** Partition i of all inputs, as the member of the group drives it. Nothing throws but `onBatch`, which makes it rejoin. */
export interface GroupPartition {
  /** True once what it is given is worked on. */
  readonly live: boolean;
  /** Monotonic milliseconds since when a call that must come back is under way; null: none is. */
  readonly busySince: number | null;
  /** After every rebalance that gives or leaves the partition here. */
  assigned(): void;
  onBatch(batch: PartitionBatch): Promise<void>;
  /** Offsets `first` to `last` of the topic held nothing to deliver. */
  onSkipped(topic: string, first: number, last: number): Promise<void>;
  /** Every `tickMs`; `now` is wall milliseconds UTC. */
  tick?(now: number): Promise<void>;
  /** The member is about to leave: finishes what is in hand, outside of a batch. */
  drain?(): Promise<void>;
  /** Revoked or stopped, final. */
  close(): Promise<void>;
}

/** One fetched batch of one topic. */
export interface PartitionBatch {
  readonly topic: string;
  readonly records: readonly InputRecord[];
  /** Offset that the fetch asked for. */
  readonly fetchedFrom: number;
  /** Offset of the last entry, markers included. */
  readonly last: number;
  /** Aborted when the member is to rejoin its group. */
  readonly interrupted: AbortSignal;
  /** Moves the consumer past `offset`. */
  resolve(offset: number): void;
  /** Commits that `next` is the next offset to read. Refused after a rebalance that moved the partition. */
  commit(next: number): Promise<void>;
  /** False: take no further record. */
  goOn(): boolean;
  /** True: the partition may be another's, commit nothing. */
  expelled(): boolean;
  /** True: the consumer was sent elsewhere after this batch was fetched. */
  stale(): boolean;
}
