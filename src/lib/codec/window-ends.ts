/**
 * Values of the signal at a window's two borders. Windows are coded independently. Border values that a window sends keep the
 * signal from stepping where it meets the next window.
 */

export const ENDS = 2;
/** Quantised ends lie within +-127. Those within +-40 have their own symbol in a table. */
export const LARGEST_END = 127;
export const END_RANGE = 40;

/** Returns the signal's value at the border, half a sample beyond the last sample: the least-squares line of three samples. */
export function borderValue(last: number, second: number, third: number): number {
  return (last + second + third) / 3 + 0.75 * (last - third);
}

/** Returns the border values of a window of normalised samples as multiples of `unit`, a share of the scale. */
export function quantiseEnds(window: Float32Array, unit: number): [first: number, last: number] {
  const n = window.length;
  const whole = (value: number): number => Math.max(-LARGEST_END, Math.min(LARGEST_END, Math.round(value / unit)));
  return [
    whole(borderValue(window[0]!, window[1]!, window[2]!)),
    whole(borderValue(window[n - 1]!, window[n - 2]!, window[n - 3]!)),
  ];
}
