/** The contiguous past of a stream: the classifier and RPnet see it together with the newest segment. */
import { RECORD, STEP } from '../signal/grid.js';
import { bridge, isShortHole } from './short-holes.js';

/** Samples kept: a record and one step more, so that a context that begins inside a step still holds 35 whole ones. */
const KEPT = RECORD + STEP;

export class SignalContext {
  readonly #samples = new Float32Array(KEPT);
  #epoch = -1;
  /** Model-rate index of the first kept sample, and the index after the last one. */
  #from = 0;
  #to = 0;
  /** Model-rate index just after the newest hole. */
  #unbroken = 0;

  get from(): number {
    return this.#from;
  }

  get to(): number {
    return this.#to;
  }

  /** Model-rate index of the first kept sample after the newest bridged hole; `from` if there is none. */
  get unbrokenFrom(): number {
    return Math.max(this.#from, this.#unbroken);
  }

  /**
   * Adds a segment. A segment that does not continue the last (a gap, a step back, a new epoch) empties the context first; a
   * hole of a few samples is bridged. Returns false if the context was emptied.
   */
  append(epoch: number, start: number, millivolts: Float32Array): boolean {
    const missing = start - this.#to;
    const isBridgeable = missing > 0 && isShortHole(missing, this.#to - this.unbrokenFrom);
    const continues = epoch === this.#epoch && (missing === 0 || isBridgeable);
    if (!continues) this.empty(epoch, start);
    else if (missing > 0) {
      // A piece between two holes may own no sample at 300 Hz: the next piece then ends the hole.
      const [after] = millivolts;
      if (after === undefined) return true;
      this.#add(bridge(this.#samples[this.#to - this.#from - 1]!, after, missing));
      this.#unbroken = start;
    }
    this.#add(millivolts);
    return continues;
  }

  #add(millivolts: Float32Array): void {
    const kept = Math.min(this.#to - this.#from, KEPT - Math.min(KEPT, millivolts.length));
    this.#samples.copyWithin(0, this.#to - this.#from - kept, this.#to - this.#from);
    const added = millivolts.subarray(Math.max(0, millivolts.length - KEPT));
    this.#samples.set(added, kept);
    this.#to += millivolts.length;
    this.#from = this.#to - kept - added.length;
  }

  /** Forgets all signal; the next segment of `epoch` continues the context if it begins at `at`. */
  empty(epoch: number, at: number): void {
    this.#epoch = epoch;
    this.#from = at;
    this.#to = at;
    this.#unbroken = at;
  }

  /**
   * Number of whole classifier steps after the newest hole, bridged or not, at most 35, and the index after the last one. No
   * label uses signal across a hole.
   */
  wholeSteps(): { readonly steps: number; readonly end: number } {
    const end = Math.floor(this.#to / STEP) * STEP;
    const begin = Math.ceil(this.unbrokenFrom / STEP) * STEP;
    return { steps: Math.min(RECORD / STEP, Math.max(0, (end - begin) / STEP)), end };
  }

  /** Millivolts of [from, to), which must lie inside the context. */
  slice(from: number, to: number): Float32Array {
    return this.#samples.slice(from - this.#from, to - this.#from);
  }
}
