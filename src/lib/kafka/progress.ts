import { DynamicDeepError } from '../errors/index.js';

/** Fetches without a batch after which nothing is left to read. The first may have been under way before the question. */
const IDLE_FETCHES = 3;

interface Waiter {
  readonly targets: ReadonlyMap<number, number>;
  readonly resolve: () => void;
  readonly reject: (error: DynamicDeepError) => void;
  idle: number;
}

/** How far a topic is read, and who waits for it. */
export class Progress {
  private readonly next = new Map<number, number>();
  private readonly waiters = new Set<Waiter>();

  /** Resolves when each partition is read up to its target (exclusive), or when there is nothing more to read. */
  async reach(targets: ReadonlyMap<number, number>, limitMs: number): Promise<void> {
    let waiter: Waiter | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        waiter = { targets, resolve, reject, idle: 0 };
        this.waiters.add(waiter);
        timer = setTimeout(() => {
          reject(new DynamicDeepError('CONSUMER_FAILED', `A table was not read to its end within ${limitMs} ms.`));
        }, limitMs);
        this.settle();
      });
    } finally {
      clearTimeout(timer);
      if (waiter !== undefined) this.waiters.delete(waiter);
    }
  }

  moved(partition: number, next: number): void {
    this.next.set(partition, Math.max(next, this.next.get(partition) ?? 0));
    this.settle();
  }

  /**
   * A fetch has come back. The target may be out of reach: compaction can leave nothing below the high watermark, and
   * an open transaction holds back what is above it. Fetches that bring nothing tell.
   */
  fetched(): void {
    for (const waiter of this.waiters) {
      waiter.idle++;
      if (waiter.idle > IDLE_FETCHES) waiter.resolve();
    }
  }

  /** The fetch had something. */
  delivered(): void {
    for (const waiter of this.waiters) waiter.idle = 0;
  }

  fail(error: DynamicDeepError): void {
    for (const waiter of this.waiters) waiter.reject(error);
  }

  private settle(): void {
    for (const { targets, resolve } of this.waiters) {
      if ([...targets].every(([partition, target]) => (this.next.get(partition) ?? 0) >= target)) resolve();
    }
  }
}
