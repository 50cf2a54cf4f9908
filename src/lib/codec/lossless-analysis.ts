import { middle, type Profile } from './sample-model.js';

/** Sample values that are all `rest` plus a multiple of `step`, as when low bits are unused or a gain was applied. */
interface Lattice {
  readonly step: number;
  /** 0 <= rest < step */
  readonly rest: number;
}

/** Returns the coarsest lattice of step >= 2 that holds all samples, or undefined if they are constant or need step 1. */
export function latticeOf(samples: Int16Array): Lattice | undefined {
  const first = samples[0]!;
  let step = 0;
  for (let t = 1; t < samples.length; t++) {
    // 1 is the smallest divisor. Real signals get there within a few samples.
    step = greatestCommonDivisor(Math.abs(samples[t]! - first), step);
    if (step === 1) return undefined;
  }
  return step < 2 ? undefined : { step, rest: ((first % step) + step) % step };
}

function greatestCommonDivisor(a: number, b: number): number {
  while (b > 0) [a, b] = [b, a % b];
  return a;
}

/** Reference errors are powers of sqrt(2) from 1/8 to 5,793 (index 0 to 31), made of exact constants. */
const SQRT_HALF = 0.7071067811865476;
/** Ratio of the border with the reference below (the logarithmic middle) to the reference of an index. */
const HALF_STEP = 0.8408964152537145;

/** Returns the mean |error| that index 0 to 31 stands for, in units of the signal. */
export function referenceOf(index: number): number {
  return ((1 << ((index + 1) >> 1)) / 8) * (index % 2 === 1 ? SQRT_HALF : 1);
}

/**
 * Chooses the profile whose initial predictor, held fixed, leaves the cheapest errors. Only the encoder runs it, so it can
 * change without changing the bitstream.
 * @returns number of the profile and index of the mean |error|
 */
export function measure(samples: Int16Array, profiles: readonly Profile[]): { profile: number; index: number } {
  let best = { profile: 0, cost: Infinity, error: 0 };
  profiles.forEach((profile, number) => {
    const { cost, error } = fixedErrors(samples, profile);
    if (cost < best.cost) best = { profile: number, cost, error };
  });
  let index = 0;
  while (index < 31 && referenceOf(index + 1) * HALF_STEP < best.error) index++;
  return { profile: best.profile, index };
}

/** Returns a rough bit count and the mean |error| of a profile's first predictor without learning. */
function fixedErrors(samples: Int16Array, profile: Profile): { cost: number; error: number } {
  const weights = profile.experts[0]!.mean;
  const pad = weights.length;
  const base = middle(samples[0]!, profile.offset);
  const history = new Float64Array(pad + samples.length);
  let cost = 0;
  let total = 0;
  for (let t = 1; t < samples.length; t++) {
    const value = middle(samples[t]!, profile.offset) - base;
    let error = value;
    for (let i = 0; i < pad; i++) error -= weights[i]! * history[pad + t - 1 - i]!;
    history[pad + t] = value;
    cost += Math.log2(Math.abs(error) + 0.5);
    total += Math.abs(error);
  }
  return { cost, error: total / samples.length };
}
