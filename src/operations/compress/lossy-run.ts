/** Lossy windows that follow each other, back at the lead's own rate. */
import { nativeIndex, WINDOW } from '../../lib/signal/grid.js';
import { joinNative, type Stretch } from '../../lib/signal/model-rate.js';

/** Windows that are resampled together: bounds memory. */
const MOST_WINDOWS = 64;

/**
 * Resamples in parts what `joinNative` gives of the whole run: each part is resampled with the windows around it, which are
 * longer than the resampler's filter.
 */
export class LossyRun {
  readonly #rate: number;
  readonly #put: (firstIndex: number, millivolts: Float32Array) => void;
  /** Those that wait, and before them the last that was put, as context. */
  #stretches: Stretch[] = [];
  #context = 0;

  /** @param put takes native samples in millivolts from a native index on */
  constructor(rate: number, put: (firstIndex: number, millivolts: Float32Array) => void) {
    this.#rate = rate;
    this.#put = put;
  }

  add(stretch: Stretch): void {
    const before = this.#stretches.at(-1);
    if (before !== undefined && before.start + WINDOW !== stretch.start) this.end();
    this.#stretches.push(stretch);
    if (this.#stretches.length > MOST_WINDOWS) this.#putUpTo(this.#stretches.length - 1);
  }

  /** Nothing follows without a hole or another rate. */
  end(): void {
    this.#putUpTo(this.#stretches.length);
    this.#stretches = [];
    this.#context = 0;
  }

  #putUpTo(end: number): void {
    const [first, from, last] = [this.#stretches[0], this.#stretches[this.#context], this.#stretches[end - 1]];
    if (first === undefined || from === undefined || last === undefined) return;
    const all = joinNative(this.#stretches, this.#rate);
    const origin = nativeIndex(first.start, this.#rate);
    const [firstIndex, stop] = [nativeIndex(from.start, this.#rate), nativeIndex(last.start + WINDOW, this.#rate)];
    this.#put(firstIndex, all.subarray(firstIndex - origin, stop - origin));
    this.#stretches = this.#stretches.slice(end - 1);
    this.#context = 1;
  }
}
