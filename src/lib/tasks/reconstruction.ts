/**
 * Percentage root-mean-square difference with the mean removed (PRDN) of two signals of the same length and unit. If the mean
 * were kept, a signal's offset would make the result look better. For a constant original: 0 if it was kept exactly, otherwise
 * not finite.
 */
export function prdn(original: Float32Array, decoded: Float32Array): number {
  let sum = 0;
  for (const v of original) sum += v;
  const mean = sum / original.length;
  let error = 0;
  let energy = 0;
  for (let i = 0; i < original.length; i++) {
    error += (original[i]! - decoded[i]!) ** 2;
    energy += (original[i]! - mean) ** 2;
  }
  return error === 0 ? 0 : 100 * Math.sqrt(error / energy);
}
