/** Quantile by linear interpolation between order statistics; null if there are no values or it is not finite. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.map((v) => (Number.isNaN(v) ? Infinity : v)).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const at = share * (sorted.length - 1);
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return finite(low === high ? low : low + (at - Math.floor(at)) * (high - low));
}

/** Mean; null if there are no values or it is not finite. */
export function mean(values: readonly number[]): number | null {
  return values.length === 0 ? null : finite(values.reduce((sum, v) => sum + v, 0) / values.length);
}

/** Share of items for which `holds` is true; 0 if there are none. */
export function shareOf<T>(items: readonly T[], holds: (item: T) => boolean): number {
  return items.filter(holds).length / Math.max(1, items.length);
}

/** Returns null for NaN and infinity, which JSON does not have. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
