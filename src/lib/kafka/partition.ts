import { DynamicDeepError, messageOf } from '../errors/index.js';
import { Attempts, backoffMs, tryUntilGivenUp } from './attempts.js';
import { ChunkMaker, SystematicError } from './chunk.js';
import { isFenced } from './error-types.js';
import { unlessAborted } from './membership.js';
import { Mutex } from './mutex.js';
import type { GroupPartition, PartitionBatch, PartitionControl } from './partition-types.js';
import type { ExactlyOnceOptions, ProcessorLimits } from './processor.js';
import { PartitionSession, type SessionContext } from './session.js';

/** 'open': there is a session, replaying or live. 'fenced': another owner was seen; rejoin. 'closed' and 'failed' are final. */
type Phase = 'opening' | 'open' | 'fenced' | 'closed' | 'failed';

/** Partition i of all input topics: a sequence of sessions, and the account of their failures. */
export class Partition implements GroupPartition {
  readonly index: number;
  /** Start of the call into the task that is under way, monotonic milliseconds; null if there is none. */
  busySince: number | null = null;
  private phase: Phase = 'opening';
  private session: PartitionSession | null = null;
  private opening: Promise<void> = Promise.resolve();
  private known: ReadonlyMap<string, number | null> = new Map();
  /** Failures of the chunk in hand; undefined if there were none since the last commit. */
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
      index,
      control,
      maker,
      chunkRecords: limits.chunkRecords,
      timed: (run) => this.timed(run),
      options: { ...options, hooks: { ...hooks, onCommit } },
    };
  }

  get live(): boolean {
    return this.phase === 'open' && this.session?.live === true;
  }

  /** Called after every rebalance that gives or leaves the partition here. Keeps the session if nobody else has committed. */
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

  /** Processes a batch. Throws FENCED if the member must rejoin its group, and nothing else. */
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

  /** Called when offsets `first` to `last` of the topic held nothing to deliver. */
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

  /** Called on revocation or stop: what is not yet committed is never emitted. */
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
      most: this.limits.attempts,
      pauseMs,
      end: this.closing.signal,
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
   * kafkajs must not fetch before the session has sought its position: from an offset out of range it would go elsewhere and
   * overwrite the committed offset. `PartitionSession.start` resumes.
   */
  private pause(): void {
    for (const topic of this.context.options.inputs) this.context.control.pause(topic);
  }

  /** Whether the session stays. Called under the lock, so that a session that does not stay processes nothing more. */
  private async isKept(): Promise<boolean> {
    // If the broker cannot be asked, reopening settles it.
    const isOurs = this.phase === 'open' && (await this.session?.stillOurs().catch(() => false)) === true;
    if (!isOurs && !this.isFinal()) this.phase = 'opening';
    return isOurs;
  }

  /** Handles the end of a session: the partition is reopened, waits for a rejoin, or fails. Called under the lock. */
  private recover(error: unknown): void {
    if (this.isFinal()) return;
    const { hooks } = this.context.options;
    if (isFenced(error)) {
      hooks?.onFenced?.({ index: this.index });
      this.phase = 'fenced';
      // A rejoin reopens the partition if it is still ours. An idle one, whose tick was refused, is reopened by this timer.
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
    // Behind an assignment that waits for the lock, and only if that has not reopened it: two at once would fence each other.
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
