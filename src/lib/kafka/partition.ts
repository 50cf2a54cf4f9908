import { DynamicDeepError, messageOf } from '../errors/index.js';
import { Attempts, backoffMs, tryUntilGivenUp } from './attempts.js';
import { ChunkMaker, SystematicError } from './chunk.js';
import { isFenced } from './error-types.js';
import { unlessAborted } from './membership.js';
import { Mutex } from './mutex.js';
import type { GroupPartition, PartitionBatch, PartitionControl } from './partition-types.js';
import type { ExactlyOnceOptions, ProcessorLimits } from './processor.js';
import { PartitionSession, type SessionContext } from './session.js';

/** 'open': there is a session, replaying or live. 'fenced': another owner was seen; rejoin. The last two are final. */
type Phase = 'opening' | 'open' | 'fenced' | 'closed' | 'failed';

/** Partition i of all input topics: sessions one after the other, and the account of their failures. */
export class Partition implements GroupPartition {
  readonly index: number;
  /** Monotonic milliseconds since when a call into the task is under way; null: none is. */
  busySince: number | null = null;
  private phase: Phase = 'opening';
  private session: PartitionSession | null = null;
  private opening: Promise<void> = Promise.resolve();
  private known: ReadonlyMap<string, number | null> = new Map();
  /** Of the chunk in hand; undefined while none has failed since the last commit. */
  private failures: Attempts | undefined;
  private fencedTimer: NodeJS.Timeout | undefined;
  private readonly lock = new Mutex();
  private readonly closing = new AbortController();
  private readonly limits: ProcessorLimits;
  private readonly context: SessionContext;

  constructor(index: number, options: ExactlyOnceOptions, limits: ProcessorLimits, control: PartitionControl) {
    this.index = index;
    this.limits = limits;
    const maker = new ChunkMaker(limits);
    const hooks = { ...options.hooks };
    const onCommit: typeof hooks.onCommit = (event) => {
      this.failures = undefined;
      options.hooks?.onCommit?.(event);
    };
    this.context = {
      ...{ index, control, maker, chunkRecords: limits.chunkRecords, timed: (run) => this.timed(run) },
      options: { ...options, hooks: { ...hooks, onCommit } },
    };
  }

  get live(): boolean {
    return this.phase === 'open' && this.session?.live === true;
  }

  /** After every rebalance that leaves the partition here: the session stays if nobody else has committed. */
  assigned(): void {
    clearTimeout(this.fencedTimer);
    this.pause();
    this.opening = this.opening.then(async () => {
      const isKept = await this.lock.run(() => this.isKept());
      if (this.isFinal()) return;
      if (isKept) this.session?.start();
      else await this.open(0);
    });
  }

  /** Works off a batch. Throws FENCED where the member must rejoin its group, nothing else. */
  async onBatch(batch: PartitionBatch): Promise<void> {
    await unlessAborted(this.opening, batch.interrupted);
    await this.lock.run(async () => {
      if (this.phase === 'open' && this.session !== null && batch.goOn() && !batch.stale()) {
        await this.session.handle(batch).catch((error: unknown) => {
          this.recover(error);
        });
      }
      if (this.phase === 'fenced') throw new DynamicDeepError('FENCED', `Partition ${this.index} has a newer owner.`);
    });
  }

  /** Offsets `first` to `last` of the topic held nothing to deliver. */
  onSkipped(topic: string, first: number, last: number): Promise<void> {
    return this.lock.run(() => {
      if (this.phase === 'open') this.session?.skip(topic, first, last);
      return Promise.resolve();
    });
  }

  async tick(now: number): Promise<void> {
    if (!this.live || this.lock.busy) return;
    await this.lock.run(async () => {
      if (this.phase !== 'open') return;
      await this.session?.tick(now).catch((error: unknown) => {
        this.recover(error);
      });
    });
  }

  /** Revoked or stopped: what is not yet committed is never emitted. */
  async close(): Promise<void> {
    if (this.phase !== 'failed') this.phase = 'closed';
    this.closing.abort();
    clearTimeout(this.fencedTimer);
    await this.opening;
    await this.lock.run(() => this.release());
  }

  private async open(pauseMs: number): Promise<void> {
    this.phase = 'opening';
    this.pause();
    await this.release();
    await tryUntilGivenUp(() => this.openSession(), {
      ...{ most: this.limits.attempts, pauseMs, end: this.closing.signal },
      onRetry: (error) => this.context.options.hooks?.onRetry?.({ index: this.index, error }),
      onGiveUp: (error, tries) => {
        this.fail(`Partition ${this.index} cannot be opened, ${tries} tries`, error);
      },
    });
  }

  private async openSession(): Promise<void> {
    this.session = await PartitionSession.open(this.context, this.known);
    // A revocation may have come in the meantime; `close` then releases the session.
    if (this.isFinal()) return;
    this.session.start();
    this.phase = 'open';
  }

  /**
   * kafkajs must not fetch before the session has sent it where it belongs: from an offset out of range it would go
   * elsewhere, and overwrite what is committed. `PartitionSession.start` resumes.
   */
  private pause(): void {
    for (const topic of this.context.options.inputs) this.context.control.pause(topic);
  }

  /** Under the lock: where the session does not stay, nothing is worked on with it any more. */
  private async isKept(): Promise<boolean> {
    // What cannot be told is told by opening anew.
    const isOurs = this.phase === 'open' && (await this.session?.stillOurs().catch(() => false)) === true;
    if (!isOurs && !this.isFinal()) this.phase = 'opening';
    return isOurs;
  }

  /** The session is over: the partition is opened anew, waits for a rejoin, or has failed. Called under the lock. */
  private recover(error: unknown): void {
    if (this.isFinal()) return;
    const { hooks } = this.context.options;
    if (isFenced(error)) {
      hooks?.onFenced?.({ index: this.index });
      this.phase = 'fenced';
      // Rejoining opens the partition again where it is still ours. An idle one, whose tick was refused, waits here.
      this.fencedTimer = setTimeout(() => {
        this.assigned();
      }, this.limits.sessionTimeoutMs);
      return;
    }
    hooks?.onRetry?.({ index: this.index, error });
    this.failures ??= new Attempts(this.limits.attempts);
    const next = this.failures.countFailure(error);
    if (error instanceof SystematicError || next === 'giveUp') {
      this.fail(`A chunk of partition ${this.index} failed ${this.failures.count} times`, error);
      return;
    }
    // Behind an assignment that waits for the lock, and only where that has not opened it: two at once would fence each other.
    this.phase = 'opening';
    const pauseMs = backoffMs(this.failures.count);
    this.opening = this.opening.then(() => (this.phase === 'opening' ? this.open(pauseMs) : undefined));
  }

  private async release(): Promise<void> {
    const { session } = this;
    this.session = null;
    if (session === null) return;
    this.known = session.commits;
    await session.close().catch((error: unknown) => {
      this.context.options.hooks?.onRetry?.({ index: this.index, error });
    });
  }

  private async timed<T>(run: () => Promise<T>): Promise<T> {
    this.busySince = performance.now();
    try {
      return await run();
    } finally {
      this.busySince = null;
    }
  }

  private fail(text: string, cause: unknown): void {
    this.phase = 'failed';
    this.context.control.fail(new DynamicDeepError('CONSUMER_FAILED', `${text}: ${messageOf(cause)}`, { cause }));
  }

  private isFinal(): boolean {
    return this.phase === 'closed' || this.phase === 'failed';
  }
}
