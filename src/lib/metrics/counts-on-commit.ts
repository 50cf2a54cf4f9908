/**
 * Counts that wait for the commit of what they count: a chunk that is aborted and made again counts once, as its outputs do.
 * Where the answer to a commit was lost a count may be missing; none is made twice.
 */
export class CountsOnCommit<Metrics> {
  readonly #metrics: Metrics;
  #waiting: ((metrics: Metrics) => void)[] = [];

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  add(count: (metrics: Metrics) => void): void {
    this.#waiting.push(count);
  }

  committed(): void {
    const counts = this.#waiting;
    this.#waiting = [];
    for (const count of counts) count(this.#metrics);
  }
}
