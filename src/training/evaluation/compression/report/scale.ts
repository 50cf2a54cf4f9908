/** Maps a value to a place on an axis; `ticks` are the values labelled on it. */
export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

/** Makes a linear scale over the values' range, widened to round numbers. */
export function linearScale(values: readonly number[], from: number, to: number): Scale {
  const [low, high] = extent(values);
  // Values that differ only by rounding count as one value: steps between them would be beyond a double's precision.
  const spread = high - low > 1e-9 * Math.abs(high) ? high - low : 0;
  const step = roundStep((spread || Math.abs(high) || 1) / 4);
  const [first, last] = [Math.floor(low / step), Math.max(Math.ceil(high / step), Math.floor(low / step) + 1)];
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => Number(((first + i) * step).toPrecision(12)));
  const [bottom, top] = [first * step, last * step];
  return { ticks, at: (value) => from + ((value - bottom) / (top - bottom)) * (to - from) };
}

/** Makes a logarithmic scale over the positive values, down to `floor` at most; smaller values are placed at its lower end. */
export function logScale(values: readonly number[], from: number, to: number, floor = 0): Scale {
  const [low, high] = extent(values.filter((v) => v > 0).map((v) => Math.max(v, floor)));
  const all = niceLogTicks(low, high);
  const [bottom, top] = [Math.log(all[0]!), Math.log(all.at(-1)!)];
  const at = (value: number): number =>
    from + ((Math.log(Math.max(value, all[0]!)) - bottom) / (top - bottom || 1)) * (to - from);
  return { ticks: all, at };
}

/** Makes a logarithmic scale with given ticks and room at both ends. */
export function logScaleAt(ticks: readonly number[], from: number, to: number): Scale {
  const [low, high] = extent(ticks);
  const room = low === high ? 1 : 0.04 * Math.log(high / low);
  const [bottom, top] = [Math.log(low) - room, Math.log(high) + room];
  return { ticks, at: (value) => from + ((Math.log(value) - bottom) / (top - bottom)) * (to - from) };
}

/** Returns ticks that enclose the range: 1, 2, 5 of each decade, or only 1 if there are more than three decades. */
function niceLogTicks(low: number, high: number): number[] {
  const decades = Math.log10(high / low);
  const factors = decades > 3 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let e = Math.floor(Math.log10(low)) - 1; e <= Math.ceil(Math.log10(high)) + 1; e++) {
    for (const factor of factors) ticks.push(Number((factor * 10 ** e).toPrecision(12)));
  }
  const first = ticks.findLastIndex((tick) => tick <= low * 1.0001);
  const last = ticks.findIndex((tick) => tick >= high * 0.9999);
  return ticks.slice(first, Math.max(last, first + 1) + 1);
}

function roundStep(step: number): number {
  const decade = 10 ** Math.floor(Math.log10(step));
  return decade * ([1, 2, 2.5, 5, 10].find((factor) => factor * decade >= step) ?? 10);
}

function extent(values: readonly number[]): [number, number] {
  return values.length === 0 ? [1, 10] : [Math.min(...values), Math.max(...values)];
}
