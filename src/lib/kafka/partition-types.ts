import type { DynamicDeepError } from '../errors/index.js';
import type { InputRecord } from './records.js';

/** The consumer, as a partition controls it: each call acts on one topic and the partition's own index. */
export interface PartitionControl {
  seek(topic: string, offset: number): void;
  pause(topic: string): void;
  resume(topic: string): void;
  /** Reports that the processor has failed for good. */
  fail(error: DynamicDeepError): void;
}

/** Partition i of all inputs, as the group member drives it. Only `onBatch` throws, which makes the member rejoin. */
export interface GroupPartition {
  /** True once the records that it is given are processed. */
  readonly live: boolean;
  /** Start of the call under way that has a time limit, monotonic milliseconds; null if there is none. */
  readonly busySince: number | null;
  /** Called after every rebalance that gives or leaves the partition here. */
  assigned(): void;
  onBatch(batch: PartitionBatch): Promise<void>;
  /** Called when offsets `first` to `last` of the topic held nothing to deliver. */
  onSkipped(topic: string, first: number, last: number): Promise<void>;
  /** Called every `tickMs`; `now` is wall milliseconds UTC. */
  tick?(now: number): Promise<void>;
  /** Called before the member leaves: finishes work in hand that runs outside of a batch. */
  drain?(): Promise<void>;
  /** Called on revocation or stop; final. */
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
  /** Aborted when the member must rejoin its group. */
  readonly interrupted: AbortSignal;
  /** Moves the consumer past `offset`. */
  resolve(offset: number): void;
  /** Commits that `next` is the next offset to read. Refused after a rebalance that moved the partition. */
  commit(next: number): Promise<void>;
  /** False: take no further record. */
  goOn(): boolean;
  /** True: the partition may be another member's; commit nothing. */
  expelled(): boolean;
  /** True: the consumer was sent elsewhere after this batch was fetched. */
  stale(): boolean;
}
