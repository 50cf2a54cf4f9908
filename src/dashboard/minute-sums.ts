/** Gains by minute of the wall clock, the newest ones. */
import { GainSum } from './gains.js';
import type { Gains } from './protocol.js';

const MINUTE_MS = 60_000;

export class MinuteSums {
  readonly #kept: number;
  readonly #sums = new Map<number, GainSum>();

  /** @param kept minutes with anything in them */
  constructor(kept: number) {
    this.#kept = kept;
  }

  /** The sum of the minute of wall milliseconds `at`. */
  of(at: number): GainSum {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const known = this.#sums.get(minute);
    if (known !== undefined) return known;
    const made = new GainSum();
    this.#sums.set(minute, made);
    if (this.#sums.size > this.#kept) this.#sums.delete(Math.min(...this.#sums.keys()));
    return made;
  }

  /** Oldest first; `at`: where the minute begins. */
  get list(): { readonly at: number; readonly gains: Gains }[] {
    return [...this.#sums].sort(([a], [b]) => a - b).map(([at, sum]) => ({ at, gains: sum.gains }));
  }

  /** Of the minutes that begin at wall milliseconds `from` or later. */
  since(from: number): Gains {
    const sum = new GainSum();
    for (const [at, own] of this.#sums) if (at >= from) sum.add(own);
    return sum.gains;
  }
}
