/**
 * Holds counts back until what they count is committed: a chunk that is aborted and processed again counts once, as its outputs
 * do. If the answer to a commit is lost, a count may be missing; none is made twice.
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
