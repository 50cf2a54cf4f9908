/** The last samples of a run without a hole, indexed in the epoch. */
export class RecentSamples {
  readonly #ring: Int32Array;
  /** Index of the run's first sample, and the index after its last one. */
  #first = 0;
  #end = 0;

  constructor(capacity: number) {
    this.#ring = new Int32Array(capacity);
  }

  /** Begins a new run at `index`. */
  restart(index: number): void {
    this.#first = index;
    this.#end = index;
  }

  push(value: number): void {
    this.#ring[this.#end++ % this.#ring.length] = value;
  }

  /** Copies the samples with `from` <= index < `to`, as far as they are held. */
  slice(from: number, to: number): { readonly samples: Int32Array; readonly first: number } {
    const first = Math.max(from, this.#first, this.#end - this.#ring.length);
    const end = Math.min(to, this.#end);
    const samples = new Int32Array(Math.max(0, end - first));
    for (let k = 0; k < samples.length; k++) samples[k] = this.#ring[(first + k) % this.#ring.length]!;
    return { samples, first };
  }
}
