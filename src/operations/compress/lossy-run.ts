/** Resamples consecutive lossy windows to the lead's own rate. */
import { nativeIndex, WINDOW } from '../../lib/signal/grid.js';
import { joinNative, type Stretch } from '../../lib/signal/model-rate.js';

/** Most windows that are resampled together; bounds memory. */
const MOST_WINDOWS = 64;

/**
 * Resamples a run in parts, with the result that `joinNative` gives for the whole run: each part is resampled with the
 * windows around it, which are longer than the resampler's filter.
 */
export class LossyRun {
  readonly #rate: number;
  readonly #put: (firstIndex: number, millivolts: Float32Array) => void;
  /** Windows that wait, preceded by the last one that was put, as context. */
  #stretches: Stretch[] = [];
  #context = 0;

  /** @param put takes native samples in millivolts, the first at a given native index */
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

  /** Puts the waiting windows and ends the run. Call it before a gap, a lossless segment and the end of the lead. */
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
