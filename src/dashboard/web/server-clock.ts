/** The server's clock as a page knows it: of what it says, a message that came late is behind. */

/** ms: for so long the message that was under way least counts; then clocks may have drifted. */
const KEPT_MS = 60_000;

export class ServerClock {
  /** ms: server's clock less the monotonic one, falling; `at` by the latter. This machine's wall clock has no say. */
  readonly #offsets: { readonly at: number; readonly offset: number }[] = [];

  /** Wall ms UTC by the server's clock. */
  now(): number {
    const [best] = this.#offsets;
    return best === undefined ? Date.now() : performance.now() + best.offset;
  }

  /** A message says what the server's clock was when it left. */
  hear(now: number): void {
    const at = performance.now();
    const offset = now - at;
    while ((this.#offsets.at(-1)?.offset ?? Infinity) <= offset) this.#offsets.pop();
    this.#offsets.push({ at, offset });
    while ((this.#offsets[0]?.at ?? at) < at - KEPT_MS) this.#offsets.shift();
  }

  /** Another server, another clock. */
  forget(): void {
    this.#offsets.length = 0;
  }
}
