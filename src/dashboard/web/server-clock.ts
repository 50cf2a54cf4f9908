/** Estimates the server's clock from the times in its messages. A delayed message is behind, so the least delayed one counts. */

/** How long the least delayed message counts, ms. After that the clocks may have drifted. */
const KEPT_MS = 60_000;

export class ServerClock {
  /** Server's clock minus the monotonic clock, ms, falling; `at` is by the latter. This machine's wall clock plays no part. */
  readonly #offsets: { readonly at: number; readonly offset: number }[] = [];

  /** Current time by the server's clock, wall ms UTC. */
  now(): number {
    const [best] = this.#offsets;
    return best === undefined ? Date.now() : performance.now() + best.offset;
  }

  /** Takes the server's time, wall ms UTC, at which a message was sent. */
  hear(now: number): void {
    const at = performance.now();
    const offset = now - at;
    while ((this.#offsets.at(-1)?.offset ?? Infinity) <= offset) this.#offsets.pop();
    this.#offsets.push({ at, offset });
    while ((this.#offsets[0]?.at ?? at) < at - KEPT_MS) this.#offsets.shift();
  }

  /** Call it when another server answers, whose clock may differ. */
  forget(): void {
    this.#offsets.length = 0;
  }
}
