/** Quantile of values by linear interpolation between order statistics; null of none, or where it is not finite. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.map((v) => (Number.isNaN(v) ? Infinity : v)).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return finite(low === high ? low : low + (at - Math.floor(at)) * (high - low));
}

/** Mean of values; null of none, or where it is not finite. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : finite(values.reduce((sum, v) => sum + v, 0) / values.length);
}

/** Share of items for which something holds. */
export function shareOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / Math.max(1, items.length);
}

/** JSON has neither NaN nor infinity. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
