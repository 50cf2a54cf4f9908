/** How far the search walks from where it began before it halves what is left. */
const STEPS = 2;

/**
 * Finds the first candidate of a list that keeps the bounds, asking as few as it can: candidates are ordered from the
 * largest gain, and where one fails those before it are taken to fail too. It begins where the last window ended, since
 * windows of a stream are alike.
 */
export class CandidateSearch<C> {
  readonly #candidates: readonly C[];
  /** All before `#low` fail; `#high` and what follows is kept (or is the end). */
  #low = 0;
  #high: number;
  #at: number;
  #steps = 0;

  /** @param from place to begin at; the middle by default */
  constructor(candidates: readonly C[], from = candidates.length >> 1) {
    this.#candidates = candidates;
    this.#high = candidates.length;
    this.#at = from;
  }

  /** The candidate to ask about; undefined when the search is over. */
  get next(): C | undefined {
    return this.#low < this.#high ? this.#candidates[this.#at] : undefined;
  }

  /** Whether `next` keeps the bounds. */
  tell(keeps: boolean): void {
    if (keeps) this.#high = this.#at;
    else this.#low = this.#at + 1;
    this.#steps++;
    const near = keeps ? this.#at - 1 : this.#at + 1;
    this.#at = this.#steps <= STEPS ? near : (this.#low + this.#high) >> 1;
  }
}
