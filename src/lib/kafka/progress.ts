import { DynamicDeepError } from '../errors/index.js';

/** Fetches of a leader without a batch after which it has nothing left. The first may have been under way before the question. */
const IDLE_FETCHES = 3;

interface Waiter<K> {
  readonly targets: ReadonlyMap<K, number>;
  readonly resolve: () => void;
  readonly reject: (error: DynamicDeepError) => void;
  /** Fetches without a batch in a row, by broker (host:port). */
  readonly idle: Map<string, number>;
}

/** How far partitions are read, and who waits for it; K names a partition. */
export class Progress<K = number> {
  private readonly next = new Map<K, number>();
  private readonly waiters = new Set<Waiter<K>>();
  private leaders: ReadonlyMap<K, string> = new Map();

  /**
   * Resolves when each partition is read up to its target (exclusive), or when its leader has nothing more to read.
   * Rejects with CONSUMER_FAILED after `limitMs`.
   *
   * @param what is read, for the message
   */
  async reach(targets: ReadonlyMap<K, number>, limitMs: number, what: string): Promise<void> {
    let waiter: Waiter<K> | undefined;
    let timer: NodeJS.Timeout | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        waiter = { targets, resolve, reject, idle: new Map() };
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

  /** The offset that comes next in a partition; undefined where nothing is known of it. */
  position(partition: K): number | undefined {
    return this.next.get(partition);
  }

  moved(partition: K, next: number): void {
    this.next.set(partition, Math.max(next, this.next.get(partition) ?? 0));
    this.settle();
  }

  /** The partition was made anew: its offsets begin again. */
  forget(partition: K): void {
    this.next.delete(partition);
  }

  /** Which brokers (host:port) lead the partitions from now on; a partition that is left out can only be read to its target. */
  locate(leaders: ReadonlyMap<K, string>): void {
    this.leaders = leaders;
    this.delivered();
  }

  /**
   * A broker's fetch has brought nothing. The target may be out of reach: compaction can leave nothing below the high
   * watermark, an open transaction holds back what is above it, and nobody is given its markers. A broker that does not lead
   * a partition says nothing about it. Not kafkajs's own count of fetches: it counts brokers too that it did not ask.
   */
  fetchedNothing(broker: string): void {
    for (const { idle } of this.waiters) idle.set(broker, (idle.get(broker) ?? 0) + 1);
    this.settle();
  }

  /** A fetch had something. */
  delivered(): void {
    for (const { idle } of this.waiters) idle.clear();
  }

  fail(error: DynamicDeepError): void {
    for (const waiter of this.waiters) waiter.reject(error);
  }

  private settle(): void {
    for (const { targets, resolve, idle } of this.waiters) {
      const nothingMore = (partition: K): boolean => {
        const leader = this.leaders.get(partition);
        return leader !== undefined && (idle.get(leader) ?? 0) > IDLE_FETCHES;
      };
      if ([...targets].every(([partition, target]) => this.isRead(partition, target) || nothingMore(partition)))
        resolve();
    }
  }

  private isRead(partition: K, target: number): boolean {
    return (this.next.get(partition) ?? 0) >= target;
  }

  private lateText(targets: ReadonlyMap<K, number>, limitMs: number, what: string): string {
    const open = [...targets].filter(([partition, target]) => !this.isRead(partition, target));
    const [partition, target] = open[0] ?? [];
    const where = `partition ${String(partition)} at offset ${this.next.get(partition as K) ?? 'none'} of ${String(target)}`;
    return `${what} was not read to its end within ${limitMs} ms: ${open.length} of ${targets.size} partitions are not, ${where}.`;
  }
}
