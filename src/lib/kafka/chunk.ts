import { DynamicDeepError } from '../errors/index.js';
import type { Outputs, PartitionTask, ProcessorHooks, ProcessorLimits, TaskResult } from './processor.js';
import { deadLetter, type InputRecord, type OutputRecord } from './records.js';

/** A task threw. `record` is set if it is known which record caused it. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly record: InputRecord | undefined;

  constructor(cause: unknown, record: InputRecord | undefined) {
    super(`The task threw: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.record = record;
  }

  /** True if the error itself says that the record is not at fault. */
  get transient(): boolean {
    return this.cause instanceof DynamicDeepError && this.cause.canRetry;
  }
}

/** Every record makes the task throw. */
export class SystematicError extends Error {
  override readonly name = 'SystematicError';

  constructor(cause: unknown) {
    super('The task throws for one record after the other', { cause });
  }
}

/** Number of records given up in a row that counts as a fault of the service instead of the records. */
const FAILED_IN_A_ROW = 3;

interface Strikes {
  readonly topic: string;
  readonly offset: number;
  readonly count: number;
  /** What the task last threw for the record. */
  readonly error: unknown;
}

export interface Chunk {
  readonly outputs: OutputRecord[];
  /** Number of records taken from the front. */
  readonly count: number;
  /** Records that were dead-lettered because the task kept throwing for them. */
  readonly failed: { readonly record: InputRecord; readonly error: unknown }[];
}

/**
 * Turns records into the outputs of a chunk, and keeps account of the records that make the task throw: which to try alone,
 * and which to give up. It outlives the task, which is recreated after every throw.
 */
export class ChunkMaker {
  private readonly limits: Pick<ProcessorLimits, 'chunkRecords' | 'chunkMs' | 'recordAttempts'>;
  private readonly strikes = new Map<string, Strikes>();
  /** Per topic: up to this offset each record is a chunk of its own, so that a throw of `flush` can be traced to a record. */
  private readonly aloneUntil = new Map<string, number>();
  private inARow = 0;

  constructor(limits: Pick<ProcessorLimits, 'chunkRecords' | 'chunkMs' | 'recordAttempts'>) {
    this.limits = limits;
  }

  /** Throws TaskError. `goOn` is called before every record but the first. */
  async make(task: PartitionTask, records: readonly InputRecord[], goOn: () => boolean): Promise<Chunk> {
    const outputs: OutputRecord[] = [];
    const failed: Chunk['failed'] = [];
    const started = performance.now();
    let count = 0;
    for (const record of records) {
      if (count > 0) {
        if (count >= this.limits.chunkRecords || performance.now() - started >= this.limits.chunkMs || !goOn()) break;
        if (this.isAlone(record) || this.isAlone(records[0])) break;
      }
      count++;
      const strikes = this.givenUp(record);
      if (strikes === undefined) {
        push(outputs, await call(() => task.process(record), record));
      } else {
        outputs.push(deadLetter(record, strikes.error, Date.now(), 'HANDLER_FAILED'));
        failed.push({ record, error: strikes.error });
      }
    }
    const only = count === 1 && failed.length === 0 ? records[0] : undefined;
    push(outputs, await call(() => task.flush?.(), only));
    return { outputs, count, failed };
  }

  /**
   * Replays a record, unless it was given up and so never took effect. Throws TaskError; the record is then given up, unless
   * the error is transient.
   */
  async replay(task: PartitionTask, record: InputRecord): Promise<void> {
    if (this.givenUp(record) !== undefined) return;
    try {
      await task.replay(record);
    } catch (cause) {
      const error = new TaskError(cause, record);
      const count = error.transient ? 0 : this.limits.recordAttempts;
      this.setStrikes(record, count, cause);
      throw error;
    }
  }

  /** Notes a throw, for the next try. The failed chunk consisted of records of `topic` up to offset `last`. */
  note(error: TaskError, topic: string, last: number): void {
    this.aloneUntil.set(topic, Math.max(last, this.aloneUntil.get(topic) ?? 0));
    if (error.record === undefined || error.transient) return;
    this.setStrikes(error.record, (this.strikes.get(keyOf(error.record))?.count ?? 0) + 1, error.cause);
  }

  /** Called after a commit. Records below the low water are neither processed nor replayed again: their account is dropped. */
  forgetBefore(commits: readonly { readonly topic: string; readonly lowWater: number }[]): void {
    const lowWaters = new Map(commits.map(({ topic, lowWater }) => [topic, lowWater]));
    for (const [key, { topic, offset }] of this.strikes) {
      if (offset < (lowWaters.get(topic) ?? 0)) this.strikes.delete(key);
    }
  }

  /**
   * Called after a commit. Throws SystematicError if `FAILED_IN_A_ROW` records in a row were given up: then the records are
   * not at fault, and the topic must not be emptied into the dead letters.
   */
  settle(chunk: Chunk, index: number, hooks: ProcessorHooks | undefined): void {
    for (const { record, error } of chunk.failed) {
      hooks?.onHandlerFailed?.({ index, topic: record.topic, offset: record.offset, error });
    }
    this.inARow = chunk.failed.length === chunk.count ? this.inARow + chunk.count : 0;
    const last = chunk.failed.at(-1);
    if (last !== undefined && this.inARow >= FAILED_IN_A_ROW) throw new SystematicError(last.error);
  }

  private isAlone(record: InputRecord | undefined): boolean {
    return record !== undefined && record.offset <= (this.aloneUntil.get(record.topic) ?? -1);
  }

  private givenUp(record: InputRecord): Strikes | undefined {
    const strikes = this.strikes.get(keyOf(record));
    return strikes !== undefined && strikes.count >= this.limits.recordAttempts ? strikes : undefined;
  }

  private setStrikes(record: InputRecord, count: number, error: unknown): void {
    const { topic, offset } = record;
    this.strikes.set(keyOf(record), { topic, offset, count, error });
  }
}

function keyOf(record: InputRecord): string {
  return `${record.topic}/${record.offset}`;
}

function push(outputs: OutputRecord[], more: Outputs | undefined): void {
  // Not by spread: a chunk may hold more outputs than a call may have arguments.
  for (const output of more ?? []) outputs.push(output);
}

/** Awaits a call into a task; what it throws becomes a TaskError. */
export async function call(
  run: () => TaskResult | Promise<TaskResult>,
  record: InputRecord | undefined,
): Promise<TaskResult> {
  try {
    return await run();
  } catch (error) {
    throw new TaskError(error, record);
  }
}
