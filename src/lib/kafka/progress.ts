import { DynamicDeepError } from '../errors/index.js';

/** Fetches without a batch after which nothing is left to read. The first may have been under way before the question. */
const IDLE_FETCHES = 3;

interface Waiter<K> {
  readonly targets: ReadonlyMap<K, number>;
  readonly resolve: () => void;
  readonly reject: (error: DynamicDeepError) => void;
  idle: number;
}

/** How far partitions are read, and who waits for it; K names a partition. */
export class Progress<K = number> {
  private readonly next = new Map<K, number>();
  private readonly waiters = new Set<Waiter<K>>();

  /** Resolves when each partition is read up to its target (exclusive), or when there is nothing more to read. */
  async reach(targets: ReadonlyMap<K, number>, limitMs: number): Promise<void> {
    let waiter: Waiter<K> | undefined;
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

  moved(partition: K, next: number): void {
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
