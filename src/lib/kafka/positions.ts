import type { OffsetCommit } from './transaction.js';
import type { StartPoint } from './committed.js';

/** The next offset of each input topic of one partition index, and how far each topic is to be replayed. */
export class Positions {
  private readonly topics: Map<string, { next: number; readonly liveFrom: number }>;

  constructor(starts: readonly StartPoint[]) {
    this.topics = new Map(starts.map(({ topic, replayFrom, liveFrom }) => [topic, { next: replayFrom, liveFrom }]));
  }

  next(topic: string): number {
    return this.topics.get(topic)?.next ?? 0;
  }

  advance(topic: string, next: number): void {
    const place = this.topics.get(topic);
    if (place !== undefined) place.next = next;
  }

  /** Offsets below this one are replayed. */
  liveFrom(topic: string): number {
    return this.topics.get(topic)?.liveFrom ?? 0;
  }

  replayed(topic: string): boolean {
    return this.next(topic) >= this.liveFrom(topic);
  }

  get allReplayed(): boolean {
    return [...this.topics.keys()].every((topic) => this.replayed(topic));
  }

  entries(): [topic: string, next: number][] {
    return [...this.topics].map(([topic, { next }]) => [topic, next]);
  }

  /** Returns what a transaction commits: every topic, `topic` already at `next`. The low water is never above the offset. */
  commit(
    partition: number,
    lowWater: (topic: string) => number | undefined,
    topic?: string,
    next?: number,
  ): OffsetCommit[] {
    return [...this.topics].map(([name, place]) => {
      const offset = name === topic && next !== undefined ? next : place.next;
      return { topic: name, partition, offset, lowWater: Math.max(0, Math.min(offset, lowWater(name) ?? offset)) };
    });
  }
}
