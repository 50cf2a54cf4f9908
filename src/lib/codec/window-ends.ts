/**
 * A window's values at its two borders. Windows are coded alone: what each has there is said by itself, or two of them meet in
 * a step.
 */

export const ENDS = 2;
/** Quantised ends lie within +-127; those of the range have a symbol of their own in a table. */
export const LARGEST_END = 127;
export const END_RANGE = 40;

/**
 * Where the signal meets the window's border, half a sample beyond its last: the least-squares line of three samples.
 */
export function borderValue(last: number, second: number, third: number): number {
  return (last + second + third) / 3 + 0.75 * (last - third);
}

/** Border values of a window of normalised samples, in units of `unit` of the scale. */
export function quantiseEnds(window: Float32Array, unit: number): [first: number, last: number] {
  const n = window.length;
  const whole = (value: number): number => Math.max(-LARGEST_END, Math.min(LARGEST_END, Math.round(value / unit)));
  return [
    whole(borderValue(window[0]!, window[1]!, window[2]!)),
    whole(borderValue(window[n - 1]!, window[n - 2]!, window[n - 3]!)),
  ];
}
