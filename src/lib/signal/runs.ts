import { MISSING } from './types.js';

/** A stretch of samples without a gap. */
export interface Run {
  readonly start: number;
  readonly length: number;
}

/** Returns the stretches of `samples` without MISSING, in order. */
export function runs(samples: Int32Array): Run[] {
  const found: Run[] = [];
  let start = 0;
  for (let k = 0; k <= samples.length; k++) {
    if (k < samples.length && samples[k] !== MISSING) continue;
    if (k > start) found.push({ start, length: k - start });
    start = k + 1;
  }
  return found;
}
