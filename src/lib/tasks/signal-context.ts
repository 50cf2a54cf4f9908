/** The contiguous past of a stream: what the classifier and RPnet look at besides the newest segment. */
import { RECORD, STEP } from '../signal/grid.js';

/** Kept signal: a record and one step more, so that a context that begins inside a step still holds 35 whole ones. */
const KEPT = RECORD + STEP;

export class SignalContext {
  readonly #samples = new Float32Array(KEPT);
  #epoch = -1;
  /** Model-rate index of the first kept sample and of the one after the last. */
  #from = 0;
  #to = 0;

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#to;
  }

  /**
   * Adds a segment. One that does not continue the last (a gap, a repeat that skips, a new epoch) empties the context
   * first: no label looks across a hole. Returns false in that case.
   */
  append(epoch: number, start: number, millivolts: Float32Array): boolean {
    const continues = epoch === this.#epoch && start === this.#to;
    if (!continues) this.empty(epoch, start);
    const kept = Math.min(this.#to - this.#from, KEPT - Math.min(KEPT, millivolts.length));
    this.#samples.copyWithin(0, this.#to - this.#from - kept, this.#to - this.#from);
    const added = millivolts.subarray(Math.max(0, millivolts.length - KEPT));
    this.#samples.set(added, kept);
    this.#to = start + millivolts.length;
    this.#from = this.#to - kept - added.length;
    return continues;
  }

  /** Forgets all signal; the next segment continues where it begins at `at`. */
  empty(epoch: number, at: number): void {
    this.#epoch = epoch;
    this.#from = at;
    this.#to = at;
  }

  /** Whole classifier steps in the context, at most 35, and the model-rate index after the last of them. */
  wholeSteps(): { readonly steps: number; readonly end: number } {
    const end = Math.floor(this.#to / STEP) * STEP;
    const begin = Math.ceil(this.#from / STEP) * STEP;
    return { steps: Math.min(RECORD / STEP, Math.max(0, (end - begin) / STEP)), end };
  }

  /** Millivolts of [from, to), which must lie inside the context. */
  slice(from: number, to: number): Float32Array {
    return this.#samples.slice(from - this.#from, to - this.#from);
  }
}
