/**
 * Modified discrete cosine transform of 2N samples to N coefficients with a sine window (Princen, Johnson and Bradley,
 * 1987), as a product with a table. Quantised spectra of short blocks are mostly zero, and the inverse skips zeros.
 */
export class Mdct {
  /** Coefficients per block, N. */
  readonly size: number;
  /** [size x 2 size], window included, scaled so that the transform is orthonormal. */
  readonly #table: Float64Array;

  constructor(size: number) {
    this.size = size;
    this.#table = new Float64Array(2 * size * size);
    const scale = Math.sqrt(2 / size);
    for (let k = 0; k < size; k++) {
      for (let n = 0; n < 2 * size; n++) {
        const window = Math.sin((Math.PI / (2 * size)) * (n + 0.5));
        this.#table[2 * size * k + n] = scale * window * Math.cos((Math.PI / size) * (n + 0.5 + size / 2) * (k + 0.5));
      }
    }
  }

  /** Writes the coefficients of the 2N samples from `signal[from]` on to `out`; samples outside the signal count as 0. */
  forward(signal: Float32Array, from: number, out: Float32Array): void {
    const span = 2 * this.size;
    const first = Math.max(0, -from);
    const last = Math.min(span, signal.length - from);
    for (let k = 0; k < this.size; k++) {
      let sum = 0;
      for (let n = first; n < last; n++) sum += signal[from + n]! * this.#table[span * k + n]!;
      out[k] = sum;
    }
  }

  /** Adds a block to the 2N samples from `signal[from]` on; the overlapping halves of adjacent blocks sum to the signal. */
  inverse(coefficients: Float32Array, signal: Float32Array, from: number): void {
    const span = 2 * this.size;
    const first = Math.max(0, -from);
    const last = Math.min(span, signal.length - from);
    for (let k = 0; k < this.size; k++) {
      const value = coefficients[k]!;
      if (value === 0) continue;
      for (let n = first; n < last; n++) signal[from + n]! += value * this.#table[span * k + n]!;
    }
  }
}
