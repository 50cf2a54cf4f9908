/** Sums of gains by minute of the wall clock, for the newest minutes. */
import { GainSum } from './gains.js';
import type { Gains } from './protocol.js';

const MINUTE_MS = 60_000;

export class MinuteSums {
  readonly #kept: number;
  readonly #sums = new Map<number, GainSum>();

  /** @param kept number of non-empty minutes to keep */
  constructor(kept: number) {
    this.#kept = kept;
  }

  /** Sum of the minute that contains wall milliseconds `at`. */
  of(at: number): GainSum {
    const minute = Math.floor(at / MINUTE_MS) * MINUTE_MS;
    const known = this.#sums.get(minute);
    if (known !== undefined) return known;
    const made = new GainSum();
    this.#sums.set(minute, made);
    if (this.#sums.size > this.#kept) this.#sums.delete(Math.min(...this.#sums.keys()));
    return made;
  }

  /** Sums, oldest first; `at`: start of the minute, wall milliseconds. */
  get list(): { readonly at: number; readonly gains: Gains }[] {
    return [...this.#sums].sort(([a], [b]) => a - b).map(([at, sum]) => ({ at, gains: sum.gains }));
  }

  /** Sum over the minutes that begin at wall milliseconds `from` or later. */
  since(from: number): Gains {
    const sum = new GainSum();
    for (const [at, own] of this.#sums) if (at >= from) sum.add(own);
    return sum.gains;
  }
}
