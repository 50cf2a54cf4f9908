/**
 * Knows the newest keys, so that memory stays bounded. Kafka delivers an event again where this program ended between
 * acting on it and committing its offset; who must be certain keeps the keys where the action is recorded.
 */
export class Recent {
  readonly #keys = new Set<string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether the key is new; knows it from now on. */
  add(key: string): boolean {
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    // A Set keeps the order of insertion: the first key is the oldest.
    const [oldest] = this.#keys;
    if (this.#keys.size > this.#limit && oldest !== undefined) this.#keys.delete(oldest);
    return true;
  }
}
