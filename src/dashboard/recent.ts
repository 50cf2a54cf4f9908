const SPAN_MS = 60_000;
/** Most values held. 1,000 streams give 10,000 a minute. */
const MOST = 20_000;

/** Values of the last minute. */
export class Recent {
  #values: { readonly at: number; readonly value: number }[] = [];

  /** `at`: wall milliseconds. */
  add(at: number, value: number): void {
    this.#values.push({ at, value });
    if (this.#values.length > MOST) this.#values = this.#values.slice(MOST / 2);
  }

  perSecond(now: number): number {
    return this.#within(now).length / (SPAN_MS / 1000);
  }

  /** Null without a value. */
  quantile(q: number, now: number): number | null {
    const sorted = this.#within(now).sort((a, b) => a - b);
    return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? null;
  }

  #within(now: number): number[] {
    this.#values = this.#values.filter(({ at }) => at > now - SPAN_MS);
    return this.#values.map(({ value }) => value);
  }
}
