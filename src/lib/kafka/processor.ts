import type { DynamicDeepError } from '../errors/index.js';
import type { KafkaConnection } from './client.js';
import type { GroupPartition, PartitionControl } from './partition-types.js';
import type { InputRecord, OutputRecord } from './records.js';

export type Outputs = readonly OutputRecord[];
/** What a task may return: records to write in the chunk's transaction, or nothing. */
export type TaskResult = Outputs | undefined;

/**
 * The work on partition i of every input topic. One task lives from an assignment (or a failed chunk) to the next; its
 * memory must be a function of the records from `lowWater` on, whatever the interleaving of the topics.
 * Calls never overlap.
 */
export interface PartitionTask {
  /** Rebuilds memory from a record whose outputs are already committed. Must not throw for a record that `process` accepted. */
  replay(record: InputRecord): void | Promise<void>;
  /** Returns the record's outputs. For an unusable record, it returns a `deadLetter` among them and does not throw. */
  process(record: InputRecord): TaskResult | Promise<TaskResult>;
  /** Called before each commit: returns outputs that were held back to be computed together (batched inference). */
  flush?(): TaskResult | Promise<TaskResult>;
  /** Called every `tickMs` while the partition is live and no chunk is being processed. `now` is wall milliseconds UTC. */
  tick?(now: number): TaskResult | Promise<TaskResult>;
  /**
   * Called when all outputs since the last call are committed, with their offsets: the place to count what must be counted
   * once. Not called if the answer to a commit was lost. Must not throw.
   */
  committed?(): void;
  /** Returns the oldest offset of the topic that memory depends on; undefined: none before the next record. */
  lowWater?(topic: string): number | undefined;
  /** Releases what the task holds: it is not used any more. */
  close?(): void | Promise<void>;
}

export interface TaskPlace {
  /** The partition index, the same in every input topic. */
  readonly index: number;
}

/** Events that a service may count. All are optional and called synchronously; they must not throw. */
export interface GroupHooks {
  /** The group has given this member an assignment, new or unchanged, with this number of partitions of each topic. */
  readonly onRebalance?: (partitions: number) => void;
  /** Work or an opening failed, and the partition is being reopened. */
  onRetry?(event: { index: number; error: unknown }): void;
  /** Called every 5 s: offsets between the committed position and the end of a topic, summed over the assigned partitions. */
  readonly onLag?: (topic: string, offsets: number) => void;
  /** Offsets `from` (inclusive) to `to` were gone before they were read. If `to` is below `from`, the log began anew. */
  onLost?(event: { index: number; topic: string; from: number; to: number }): void;
}

export interface ProcessorHooks extends GroupHooks {
  onLive?(event: { index: number; replayed: number }): void;
  onCommit?(event: { index: number; records: number }): void;
  onFenced?(event: { index: number }): void;
  /** A record was dead-lettered because `process` or `flush` kept throwing. */
  onHandlerFailed?(event: { index: number; topic: string; offset: number; error: unknown }): void;
}

export interface ExactlyOnceOptions {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  /** Co-partitioned topics, not compacted. Check them with `checkTopics` first. */
  readonly inputs: readonly string[];
  /** Called after the predecessor was fenced, so that what it reads from Kafka is final. */
  readonly createTask: (place: TaskPlace) => PartitionTask | Promise<PartitionTask>;
  /** Called once. The service must then fail its liveness probe and exit non-zero. */
  readonly onFailure: (error: DynamicDeepError) => void;
  readonly hooks?: ProcessorHooks;
  readonly limits?: Partial<ProcessorLimits>;
}

export interface GroupLimits {
  /** Batches processed at the same time. */
  readonly concurrency: number;
  /** Tries of one chunk, and of one opening. */
  readonly attempts: number;
  /** Wall milliseconds between ticks; 0: none. */
  readonly tickMs: number;
  /** Wall milliseconds that one call of a task may take before the processor fails. */
  readonly hangMs: number;
  readonly sessionTimeoutMs: number;
  readonly heartbeatMs: number;
  readonly rebalanceTimeoutMs: number;
  /** Longest wait of a fetch, and so of a seek and of `stop`, milliseconds. */
  readonly fetchWaitMs: number;
}

export interface ProcessorLimits extends GroupLimits {
  /** Most records of one chunk (one transaction). */
  readonly chunkRecords: number;
  /** Wall milliseconds after which a chunk takes no further record. */
  readonly chunkMs: number;
  /** Throws of `process` or `flush` until the record is dead-lettered. */
  readonly recordAttempts: number;
}

export interface GroupOptions {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  /** Co-partitioned topics. */
  readonly inputs: readonly string[];
  readonly limits: GroupLimits;
  readonly onFailure: (error: DynamicDeepError) => void;
  readonly hooks?: GroupHooks;
  /** The work on partition `index` of every input. */
  readonly createPartition: (index: number, control: PartitionControl) => GroupPartition;
}

export const GROUP_LIMITS: GroupLimits = {
  concurrency: 4,
  attempts: 8,
  tickMs: 1000,
  hangMs: 60_000,
  sessionTimeoutMs: 30_000,
  heartbeatMs: 3000,
  rebalanceTimeoutMs: 60_000,
  fetchWaitMs: 250,
};

export const DEFAULT_LIMITS: ProcessorLimits = { ...GROUP_LIMITS, chunkRecords: 500, chunkMs: 250, recordAttempts: 3 };

/** 'joining': until the first assignment. 'rebalancing': alive, not ready. 'failed' and 'stopped' are final. */
export type ProcessorState = 'joining' | 'rebalancing' | 'running' | 'failed' | 'stopped';

export interface Processor {
  readonly state: ProcessorState;
  /** True if the member has joined and every partition it was given is live. */
  readonly ready: boolean;
  /** Partition indices that this member has now. */
  readonly assigned: readonly number[];
  /** Finishes the chunks in hand, leaves the group, releases everything. */
  stop(): Promise<void>;
}

export type ExactlyOnceProcessor = Processor;
