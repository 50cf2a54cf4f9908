import { call, TaskError, type Chunk, type ChunkMaker } from './chunk.js';
import { fetchCommitted, fetchStartPoints } from './committed.js';
import type { PartitionBatch, PartitionControl } from './partition-types.js';
import { Positions } from './positions.js';
import type { ExactlyOnceOptions, PartitionTask } from './processor.js';
import type { InputRecord, OutputRecord } from './records.js';
import { TransactionalSender } from './transaction.js';

export interface SessionContext {
  readonly index: number;
  readonly options: ExactlyOnceOptions;
  readonly control: PartitionControl;
  readonly maker: ChunkMaker;
  /** Most records that one chunk may hold. */
  readonly chunkRecords: number;
  /** Runs a call into the task under the watchdog. */
  readonly timed: <T>(run: () => Promise<T>) => Promise<T>;
}

/**
 * One life of a partition, from fencing the predecessor to the first failure or the revocation. It is never repaired: any
 * error ends it, and the next session starts from what is committed.
 */
export class PartitionSession {
  live = false;
  private readonly context: SessionContext;
  private readonly sender: TransactionalSender;
  private readonly task: PartitionTask;
  private readonly positions: Positions;
  private readonly committed: Map<string, number | null>;
  private replayed = 0;

  private constructor(
    context: SessionContext,
    sender: TransactionalSender,
    task: PartitionTask,
    positions: Positions,
    committed: Map<string, number | null>,
  ) {
    this.context = context;
    this.sender = sender;
    this.task = task;
    this.positions = positions;
    this.committed = committed;
  }

  /** Fences the predecessor, reads what is committed, creates the task. `known`: the previous session's last commit. */
  static async open(context: SessionContext, known: ReadonlyMap<string, number | null>): Promise<PartitionSession> {
    const { index, options } = context;
    const { connection, groupId, inputs, createTask, hooks } = options;
    const sender = await TransactionalSender.open(connection, `dynamic-deep-${groupId}-${index}`);
    try {
      const starts = await fetchStartPoints(connection.admin, groupId, inputs, index, known);
      const task = await context.timed(async () => createTask({ index }));
      for (const { topic, committed, liveFrom } of starts) {
        if (committed !== null && committed !== liveFrom)
          hooks?.onLost?.({ index, topic, from: committed, to: liveFrom });
      }
      const committed = new Map(starts.map((start) => [start.topic, start.committed]));
      return new PartitionSession(context, sender, task, new Positions(starts), committed);
    } catch (error) {
      await sender.close();
      throw error;
    }
  }

  get commits(): ReadonlyMap<string, number | null> {
    return this.committed;
  }

  /** Makes the consumer seek this session's positions. Called after opening and after every rebalance. */
  start(): void {
    for (const [topic, next] of this.positions.entries()) {
      this.context.control.resume(topic);
      this.context.control.seek(topic, next);
    }
    this.finishReplay();
  }

  /** True if the committed offsets are those of our last commit, so that nobody else has had the partition since. */
  async stillOurs(): Promise<boolean> {
    const { connection, groupId, inputs } = this.context.options;
    const found = await fetchCommitted(connection.admin, groupId, inputs, this.context.index);
    return inputs.every((topic) => found.get(topic)?.offset === this.committed.get(topic));
  }

  async handle(batch: PartitionBatch): Promise<void> {
    const next = this.positions.next(batch.topic);
    if (batch.fetchedFrom !== next) {
      // kafkajs met an offset out of range and went elsewhere. Reopening finds out what is lost.
      throw new Error(`${batch.topic} was read from ${batch.fetchedFrom}, not from ${next}`);
    }
    if (!this.live && !(await this.replay(batch))) return;
    await this.work(batch);
  }

  /** Skips offsets that held only markers and aborted records: kafkajs has moved past them without a batch. */
  skip(topic: string, first: number, last: number): void {
    const next = this.positions.next(topic);
    // A later `first` belongs to a fetch that began before a seek.
    if (first > next || last < next) return;
    this.positions.advance(topic, last + 1);
    this.finishReplay();
  }

  async tick(now: number): Promise<void> {
    if (!this.live || this.task.tick === undefined) return;
    const outputs = await this.context.timed(() => call(() => this.task.tick?.(now), undefined));
    if (outputs !== undefined && outputs.length > 0) await this.commit(outputs, 0);
  }

  async close(): Promise<void> {
    await this.sender.close();
    await this.task.close?.();
  }

  /** Returns true once the partition is live and the rest of the batch may be processed. */
  private async replay(batch: PartitionBatch): Promise<boolean> {
    const { topic, records } = batch;
    const liveFrom = this.positions.liveFrom(topic);
    for (const record of records) {
      if (record.offset >= liveFrom) break;
      if (!batch.goOn()) return false;
      await this.context.timed(() => this.context.maker.replay(this.task, record));
      this.replayed++;
      this.moved(batch, record);
    }
    if (!this.positions.replayed(topic) && records.some(({ offset }) => offset >= liveFrom)) {
      // Only markers lie between: seek to the boundary, so that the consumer's position and ours agree.
      this.positions.advance(topic, liveFrom);
      this.context.control.seek(topic, liveFrom);
    }
    this.finishReplay();
    if (!this.live && this.positions.replayed(topic)) this.context.control.pause(topic);
    return this.live && !batch.stale();
  }

  private finishReplay(): void {
    if (this.live || !this.positions.allReplayed) return;
    const { index, options, control } = this.context;
    this.live = true;
    for (const topic of options.inputs) control.resume(topic);
    options.hooks?.onLive?.({ index, replayed: this.replayed });
  }

  private async work(batch: PartitionBatch): Promise<void> {
    const { topic, records } = batch;
    const { maker, timed, chunkRecords } = this.context;
    let rest = records.filter(({ offset }) => offset >= this.positions.next(topic));
    while (rest.length > 0 && batch.goOn()) {
      const part = rest.slice(0, chunkRecords);
      let chunk: Chunk;
      try {
        chunk = await timed(() => maker.make(this.task, part, () => batch.goOn()));
      } catch (error) {
        if (error instanceof TaskError) maker.note(error, topic, part.at(-1)?.offset ?? 0);
        throw error;
      }
      const last = part[chunk.count - 1];
      if (last === undefined || batch.expelled()) return;
      await this.commit(chunk.outputs, chunk.count, topic, after(batch, last));
      this.moved(batch, last);
      maker.settle(chunk, this.context.index, this.context.options.hooks);
      rest = rest.slice(chunk.count);
    }
  }

  private moved(batch: PartitionBatch, record: InputRecord): void {
    batch.resolve(record.offset);
    this.positions.advance(batch.topic, after(batch, record));
  }

  private async commit(
    outputs: readonly OutputRecord[],
    records: number,
    topic?: string,
    next?: number,
  ): Promise<void> {
    const { index, options, maker } = this.context;
    const offsets = this.positions.commit(index, (name) => this.task.lowWater?.(name), topic, next);
    await this.sender.commit(options.groupId, outputs, offsets);
    for (const commit of offsets) this.committed.set(commit.topic, commit.offset);
    maker.forgetBefore(offsets);
    this.task.committed?.();
    options.hooks?.onCommit?.({ index, records });
  }
}

/** Returns the offset that follows a record. Behind the last record of a batch, kafkajs also skips the markers. */
function after(batch: PartitionBatch, record: InputRecord): number {
  return record === batch.records.at(-1) ? batch.last + 1 : record.offset + 1;
}
