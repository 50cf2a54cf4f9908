import { DynamicDeepError } from '../errors/index.js';
import type { Outputs, PartitionTask, ProcessorHooks, ProcessorLimits, TaskResult } from './processor.js';
import { deadLetter, type InputRecord, type OutputRecord } from './records.js';

/** A task threw. `record` is set where it is known which record did it. */
export class TaskError extends Error {
  override readonly name = 'TaskError';
  readonly record: InputRecord | undefined;

  constructor(cause: unknown, record: InputRecord | undefined) {
    super(`The task threw: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
    this.record = record;
  }

  /** True where the error says itself that the record is not to blame. */
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

/** Records in a row that may be given up. */
const FAILED_IN_A_ROW = 3;

interface Strikes {
  readonly topic: string;
  readonly offset: number;
  readonly count: number;
  /** What the record threw last. */
  readonly error: unknown;
}

export interface Chunk {
  readonly outputs: OutputRecord[];
  /** Records taken from the front. */
  readonly count: number;
  /** Records that were dead-lettered for throwing. */
  readonly failed: { readonly record: InputRecord; readonly error: unknown }[];
}

/**
 * Turns records into one chunk's outputs, and keeps the account of records that make the task throw: which to try alone,
 * which to give up. It outlives the task, which is made anew after every throw.
 */
export class ChunkMaker {
  private readonly limits: Pick<ProcessorLimits, 'chunkRecords' | 'chunkMs' | 'recordAttempts'>;
  private readonly strikes = new Map<string, Strikes>();
  /** Per topic: up to this offset one record makes a chunk, so that a throw of `flush` has an address. */
  private readonly aloneUntil = new Map<string, number>();
  private inARow = 0;

  constructor(limits: Pick<ProcessorLimits, 'chunkRecords' | 'chunkMs' | 'recordAttempts'>) {
    this.limits = limits;
  }

  /** Throws TaskError. `goOn` is asked before every record but the first. */
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

  /** Replays a record, unless it was given up: then its effect never was. Throws TaskError, once per record. */
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

  /** Notes a throw, for the next try. `topic` and `last` say which records the failed chunk was made of. */
  note(error: TaskError, topic: string, last: number): void {
    this.aloneUntil.set(topic, Math.max(last, this.aloneUntil.get(topic) ?? 0));
    if (error.record === undefined || error.transient) return;
    this.setStrikes(error.record, (this.strikes.get(keyOf(error.record))?.count ?? 0) + 1, error.cause);
  }

  /** After a commit: records before the low water are neither processed nor replayed again, so no account of them is kept. */
  forgetBefore(commits: readonly { readonly topic: string; readonly lowWater: number }[]): void {
    const lowWaters = new Map(commits.map(({ topic, lowWater }) => [topic, lowWater]));
    for (const [key, { topic, offset }] of this.strikes) {
      if (offset < (lowWaters.get(topic) ?? 0)) this.strikes.delete(key);
    }
  }

  /**
   * After a commit. Throws where `FAILED_IN_A_ROW` records in a row were given up: then it is not the records, and the
   * topic must not be emptied into the dead letters.
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
