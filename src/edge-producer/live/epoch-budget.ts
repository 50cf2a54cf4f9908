/** Limits how often a lead begins an epoch: each is a record on ecg.streams, which every service reads and the broker keeps. */

/** Epochs that may begin in a row. */
const BURST = 5;
/** Milliseconds until one more may begin. */
const REFILL_MS = 5_000;

/** A token bucket on the gateway's monotonic clock. */
export class EpochBudget {
  #epochs = BURST;
  #refilledAt = performance.now();

  /** Whether an epoch may begin. */
  get hasOne(): boolean {
    const now = performance.now();
    this.#epochs = Math.min(BURST, this.#epochs + (now - this.#refilledAt) / REFILL_MS);
    this.#refilledAt = now;
    return this.#epochs >= 1;
  }

  /** Takes an epoch from the budget; false if none is left. */
  take(): boolean {
    const may = this.hasOne;
    if (may) this.#epochs--;
    return may;
  }
}
