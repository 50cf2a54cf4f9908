/** Ventricular standstill: behind real beats P waves go on alone. */
import { seededRandom } from '../../../src/lib/signal/random.js';

/** Of hum over them, turns of 2 pi at the first sample: a radian. */
export const PHASE = 1 / (2 * Math.PI);

export interface Atria {
  /** Height of the P waves, millivolts; below 0 they point down. */
  readonly height: number;
  /** Of a bell curve, milliseconds. */
  readonly sigma: number;
  readonly aMinute: number;
}

/** A quiet line of `length` samples with P waves. */
export function pWaves({ height, sigma, aMinute }: Atria, length: number, rate: number): Float64Array {
  const random = seededRandom(9);
  const line = Float64Array.from({ length }, () => 0.005 * random.normal());
  const width = (sigma * rate) / 1000;
  for (let p = 0.4 * rate; p < length; p += (60 * rate) / aMinute) {
    const from = Math.max(0, Math.ceil(p - 5 * width));
    for (let i = from; i < Math.min(length, p + 5 * width); i++) {
      line[i]! += height * Math.exp(-((i - p) ** 2) / (2 * width ** 2));
    }
  }
  return line;
}
