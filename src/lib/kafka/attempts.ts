import { isBrokersFault } from './error-types.js';

/** A cluster may take this long to give the partitions of a dead broker to others. Wall milliseconds. */
const PATIENCE_MS = 120_000;

/** Failures in a row of one thing: it is given up after `most`, but while brokers are to blame not within 2 minutes of the first try. */
export class Attempts {
  count = 0;
  private readonly most: number;
  private readonly began = performance.now();

  constructor(most: number) {
    this.most = most;
  }

  /** Counts a failure. True where it is to be given up. */
  failed(error: unknown): boolean {
    this.count++;
    return this.count >= this.most && !(isBrokersFault(error) && performance.now() - this.began < PATIENCE_MS);
  }
}
