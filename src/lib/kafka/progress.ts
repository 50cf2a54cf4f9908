import { DynamicDeepError } from '../errors/index.js';

interface Waiter {
  readonly targets: ReadonlyMap<string, number>;
  readonly resolve: () => void;
  readonly reject: (error: DynamicDeepError) => void;
}

/** Tracks how far partitions have been read, and who waits for it. */
export class Progress {
  private readonly next = new Map<string, number>();
  private readonly waiters = new Set<Waiter>();

  /**
   * Resolves when each partition has been read up to its target (exclusive). A target must be readable, so it is at most
   * the partition's last stable offset. Rejects with CONSUMER_FAILED after `limitMs`.
   *
   * @param what names what is read, for the message
   */
  async reach(targets: ReadonlyMap<string, number>, limitMs: number, what: string): Promise<void> {
    let waiter: Waiter | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        waiter = { targets, resolve, reject };
        this.waiters.add(waiter);
        timer = setTimeout(() => {
          reject(new DynamicDeepError('CONSUMER_FAILED', this.lateText(targets, limitMs, what)));
        }, limitMs);
        this.settle();
      });
    } finally {
      clearTimeout(timer);
      if (waiter !== undefined) this.waiters.delete(waiter);
    }
  }

  /** Returns the next offset of a partition; undefined if nothing is known of it. */
  position(partition: string): number | undefined {
    return this.next.get(partition);
  }

  moved(partition: string, next: number): void {
    this.next.set(partition, Math.max(next, this.next.get(partition) ?? 0));
    this.settle();
  }

  /** Forgets a partition that was recreated: its offsets begin again. */
  forget(partition: string): void {
    this.next.delete(partition);
  }

  fail(error: DynamicDeepError): void {
    for (const waiter of this.waiters) waiter.reject(error);
  }

  private settle(): void {
    for (const { targets, resolve } of this.waiters) {
      if ([...targets].every(([partition, target]) => this.isRead(partition, target))) resolve();
    }
  }

  private isRead(partition: string, target: number): boolean {
    return (this.next.get(partition) ?? 0) >= target;
  }

  private lateText(targets: ReadonlyMap<string, number>, limitMs: number, what: string): string {
    const open = [...targets].filter(([partition, target]) => !this.isRead(partition, target));
    const [partition = '', target] = open[0] ?? [];
    const where = `partition ${partition} at offset ${this.next.get(partition) ?? 'none'} of ${String(target)}`;
    return `${what} was not read to its end within ${limitMs} ms: ${open.length} of ${targets.size} partitions are not, ${where}.`;
  }
}
