/** Holds the newest windows of one stream, as sent to the page, in the order of device time. */
import { MODEL_RATE } from '../lib/signal/grid.js';

export interface HeldWindow {
  readonly epoch: number;
  readonly sequence: number;
  /** End of the last sample, device ms. */
  readonly endAt: number;
  readonly frame: Buffer;
}

export interface WindowPlace {
  readonly epoch: number;
  readonly start: number;
  readonly length: number;
}

/** Device milliseconds UTC at which a window ends. */
export function endOf({ epoch, start, length }: WindowPlace): number {
  return epoch + (1000 * (start + length)) / MODEL_RATE;
}

export class SignalRing {
  readonly #keepMs: number;
  #windows: HeldWindow[] = [];

  /** `keepMs`: device milliseconds to keep before the newest sample. */
  constructor(keepMs: number) {
    this.#keepMs = keepMs;
  }

  /** Returns false if the window is held already: a reader that restarts meets it twice. */
  add(window: HeldWindow): boolean {
    const { epoch, sequence } = window;
    let at = this.#windows.length;
    while (at > 0) {
      const before = this.#windows[at - 1];
      if (before === undefined || before.epoch < epoch) break;
      if (before.epoch === epoch && before.sequence === sequence) return false;
      if (before.epoch === epoch && before.sequence < sequence) break;
      at--;
    }
    this.#windows.splice(at, 0, window);
    const newest = this.#windows.at(-1)?.endAt ?? 0;
    while ((this.#windows[0]?.endAt ?? Infinity) < newest - this.#keepMs) this.#windows.shift();
    return true;
  }

  /** Oldest first. */
  get windows(): readonly HeldWindow[] {
    return this.#windows;
  }
}
