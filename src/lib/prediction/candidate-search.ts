/** Single steps that the search takes from where it began before it bisects the rest. */
const STEPS = 2;

/**
 * Finds the first candidate of a list that keeps the bounds, asking about as few as it can. Candidates are ordered from the
 * largest gain on. If one fails, those before it are taken to fail too. The search begins where that of the last window ended,
 * since windows of a stream are alike.
 */
export class CandidateSearch<C> {
  readonly #candidates: readonly C[];
  /** Candidates before `#low` fail; those from `#high` on, if there are any, keep the bounds. */
  #low = 0;
  #high: number;
  #at: number;
  #steps = 0;

  /** @param from index to begin at; the middle by default */
  constructor(candidates: readonly C[], from = candidates.length >> 1) {
    this.#candidates = candidates;
    this.#high = candidates.length;
    this.#at = from;
  }

  /** The candidate to ask about; undefined when the search is over. */
  get next(): C | undefined {
    return this.#low < this.#high ? this.#candidates[this.#at] : undefined;
  }

  /** Takes the answer: whether `next` keeps the bounds. */
  tell(keeps: boolean): void {
    if (keeps) this.#high = this.#at;
    else this.#low = this.#at + 1;
    this.#steps++;
    const near = keeps ? this.#at - 1 : this.#at + 1;
    this.#at = this.#steps <= STEPS ? near : (this.#low + this.#high) >> 1;
  }
}
