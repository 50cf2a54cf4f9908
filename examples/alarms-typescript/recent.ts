/**
 * Remembers the newest `limit` keys. Kafka delivers an event again if this program ended between acting on it and committing
 * its offset. If an action must never be repeated, store the keys where the action is recorded instead.
 */
export class Recent {
  readonly #keys = new Set<string>();
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Returns whether the key is new, and remembers it. */
  add(key: string): boolean {
    if (this.#keys.has(key)) return false;
    this.#keys.add(key);
    // A Set keeps insertion order, so the first key is the oldest.
    const [oldest] = this.#keys;
    if (this.#keys.size > this.#limit && oldest !== undefined) this.#keys.delete(oldest);
    return true;
  }
}
