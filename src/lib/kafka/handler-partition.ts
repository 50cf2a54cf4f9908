import { DynamicDeepError, messageOf } from '../errors/index.js';
import { Attempts, backoffMs, tryUntilGivenUp } from './attempts.js';
import { fetchCommitted, fetchStartPoints } from './committed.js';
import type { AtLeastOnceOptions } from './handler-options.js';
import { unlessAborted } from './membership.js';
import type { GroupPartition, PartitionBatch, PartitionControl } from './partition-types.js';
import type { GroupLimits } from './processor.js';
import { Interruption, pauseUnless, type RecordContext } from './record-context.js';

/** 'closed' is final. */
type Phase = 'opening' | 'open' | 'closed';

/**
 * One partition whose records a handler takes one by one. The work runs beside the consumer, with the partition paused:
 * kafkajs waits for every batch of a fetch before the next fetch, so that one slow record in a batch would hold up all
 * partitions of its broker.
 */
export class HandlerPartition implements GroupPartition {
  /** Always null, since no call has a time limit: the handler bounds its attempts itself. */
  readonly busySince = null;
  readonly #index: number;
  readonly #options: AtLeastOnceOptions;
  readonly #limits: GroupLimits;
  readonly #control: PartitionControl;
  #phase: Phase = 'opening';
  #opening: Promise<void> = Promise.resolve();
  /** The next offset to hand over. */
  #next = 0;
  #committed: number | null = null;
  /** Records below this offset are done: a commit up to here may be one of ours that is still under way. */
  #done = 0;
  #work: Promise<void> | undefined;
  #context = new Interruption();
  #isEnding = false;
  /** Undefined while nothing has failed since the last commit. */
  #failures: Attempts | undefined;

  constructor(index: number, options: AtLeastOnceOptions, limits: GroupLimits, control: PartitionControl) {
    this.#index = index;
    this.#options = options;
    this.#limits = limits;
    this.#control = control;
  }

  get live(): boolean {
    return this.#phase === 'open';
  }

  assigned(): void {
    this.#control.pause(this.#options.input);
    this.#opening = this.#opening.then(async () => {
      if (this.#phase === 'open' && (await this.#isStillOurs())) this.#fetchOn();
      else await this.#open(0);
    });
  }

  async onBatch(batch: PartitionBatch): Promise<void> {
    await unlessAborted(this.#opening, batch.interrupted);
    if (this.#phase !== 'open' || this.#work !== undefined || !batch.goOn()) return;
    if (batch.fetchedFrom !== this.#next) {
      // kafkajs met an offset out of range and went elsewhere. Reopening finds out what is lost.
      this.#recover(new Error(`${batch.topic} was read from ${batch.fetchedFrom}, not from ${this.#next}`));
      return;
    }
    this.#control.pause(batch.topic);
    this.#work = this.#workOff(batch, this.#context).finally(() => {
      this.#work = undefined;
      this.#fetchOn();
    });
  }

  onSkipped(_topic: string, first: number, last: number): Promise<void> {
    if (this.#phase === 'open' && this.#work === undefined && first <= this.#next && last >= this.#next) {
      this.#next = last + 1;
    }
    return Promise.resolve();
  }

  async drain(): Promise<void> {
    this.#isEnding = true;
    this.#context.drain();
    await this.#work;
  }

  async close(): Promise<void> {
    this.#phase = 'closed';
    this.#isEnding = true;
    this.#context.revoke();
    await this.#opening;
    await this.#work;
  }

  async #open(pauseMs: number): Promise<void> {
    if (this.#isClosed()) return;
    this.#phase = 'opening';
    this.#control.pause(this.#options.input);
    this.#context.revoke();
    await this.#work;
    this.#context = new Interruption();
    if (this.#isEnding) return;
    await tryUntilGivenUp(() => this.#seekCommitted(), {
      most: this.#limits.attempts,
      pauseMs,
      end: this.#context.draining,
      onRetry: (error) => this.#options.hooks?.onRetry?.({ index: this.#index, error }),
      onGiveUp: (error, tries) => {
        this.#fail(`cannot be opened, ${tries} tries`, error);
      },
    });
  }

  /** Seeks the committed offset, or the earliest retained record if that offset is gone. */
  async #seekCommitted(): Promise<void> {
    const { connection, groupId, input, hooks } = this.#options;
    const known = new Map([[input, this.#committed]]);
    const [start] = await fetchStartPoints(connection.admin, groupId, [input], this.#index, known);
    if (start === undefined || this.#isEnding) return;
    const { committed, liveFrom } = start;
    if (committed !== null && committed !== liveFrom) {
      hooks?.onLost?.({ index: this.#index, topic: input, from: committed, to: liveFrom });
    }
    this.#committed = committed;
    this.#next = liveFrom;
    this.#done = liveFrom;
    this.#phase = 'open';
    this.#fetchOn();
  }

  /** Hands over the records of a batch and commits after each. Never rejects. */
  async #workOff(batch: PartitionBatch, context: RecordContext): Promise<void> {
    const last = batch.records.at(-1);
    try {
      for (const record of batch.records) {
        if (record.offset < this.#next) continue;
        if (context.draining.aborted) return;
        await this.#options.handler(record, context);
        // Behind the last record of a batch, kafkajs also skips the markers.
        await this.#commit(batch, record === last ? batch.last + 1 : record.offset + 1, context);
        this.#failures = undefined;
      }
    } catch (error) {
      if (!context.draining.aborted) this.#recover(error);
    }
  }

  /** Retries while the group rebalances: a record that was handled but not committed would be handled again. */
  async #commit(batch: PartitionBatch, next: number, context: RecordContext): Promise<void> {
    this.#done = next;
    for (let tries = 1; !context.revoked.aborted; tries++) {
      try {
        await batch.commit(next);
        this.#committed = next;
        this.#next = next;
        return;
      } catch (error) {
        if (tries >= this.#limits.attempts) throw error;
        await pauseUnless(context.revoked, backoffMs(tries));
      }
    }
  }

  #recover(error: unknown): void {
    if (this.#isClosed()) return;
    this.#options.hooks?.onRetry?.({ index: this.#index, error });
    const failures = (this.#failures ??= new Attempts(this.#limits.attempts));
    if (failures.countFailure(error) === 'giveUp') this.#fail(`failed ${failures.count} times`, error);
    else {
      this.#phase = 'opening';
      // Behind an assignment that is asking whose the partition is, and only if that has not reopened it.
      this.#opening = this.#opening.then(() =>
        this.#phase === 'opening' ? this.#open(backoffMs(failures.count)) : undefined,
      );
    }
  }

  /** Lets the consumer fetch from this partition's position, unless work is under way or an opening will set the position. */
  #fetchOn(): void {
    if (this.#phase !== 'open' || this.#work !== undefined || this.#isEnding) return;
    this.#control.resume(this.#options.input);
    this.#control.seek(this.#options.input, this.#next);
  }

  /**
   * Whether nobody has committed beyond what is done here. The work in hand may commit while the broker is asked: the answer
   * may then be the offset from before the question, or any that was committed since, even if not confirmed to us yet.
   */
  async #isStillOurs(): Promise<boolean> {
    const { connection, groupId, input } = this.#options;
    const before = this.#committed;
    try {
      const committed = await fetchCommitted(connection.admin, groupId, [input], this.#index);
      const found = committed.get(input)?.offset ?? null;
      return found === before || (found !== null && found > (before ?? -1) && found <= this.#done);
    } catch {
      // If the broker cannot be asked, reopening settles it.
      return false;
    }
  }

  #fail(text: string, cause: unknown): void {
    this.#phase = 'closed';
    const message = `Partition ${this.#index} ${text}: ${messageOf(cause)}`;
    this.#control.fail(new DynamicDeepError('CONSUMER_FAILED', message, { cause }));
  }

  #isClosed(): boolean {
    return this.#phase === 'closed';
  }
}
