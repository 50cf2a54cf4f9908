/** Charts by uPlot in the page's colours; times in the viewer's time zone, with UTC in the legend. */
import UPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { TEXT } from '../text.js';
import { onTheme, theme } from './theme.js';
import { clock, moment } from './time.js';

/** uPlot's own constant is a type without a value at run time. */
// eslint-disable-next-line @typescript-eslint/no-unsafe-enum-assignment -- an ambient const enum has no value at run time
const LOGARITHMIC: UPlot.Scale.Distr = 3;

export interface TrendLine {
  readonly label: string;
  readonly colour: 'trace' | 'peak' | 'original' | 'muted' | 'high';
  /** Dots instead of a line. */
  readonly dots?: boolean;
  readonly format?: (value: number) => string;
}

export interface TrendSettings {
  readonly height: number;
  /** Text that a screen reader says in place of the picture. */
  readonly label: string;
  readonly lines: readonly TrendLine[];
  /** False if the first row is not a time. */
  readonly time?: boolean;
  readonly xLabel?: string;
  readonly logarithmic?: boolean;
  /** Least span of the vertical axis, so that tiny variations are not magnified. */
  readonly least?: number;
}

export interface Trend {
  readonly element: HTMLElement;
  /** Sets the data. First row: seconds UTC, or the horizontal values; then one row per line. */
  set(data: readonly (readonly (number | null)[])[]): void;
  readonly close: () => void;
}

export function createTrend(settings: TrendSettings): Trend {
  const element = document.createElement('div');
  element.className = 'trend';
  let plot: UPlot | undefined;
  let data: UPlot.AlignedData = settings.lines.reduce<UPlot.AlignedData>(
    (rows) => [...rows, []] as UPlot.AlignedData,
    [[]],
  );
  const width = (): number => Math.max(200, element.clientWidth);
  const build = (): void => {
    plot?.destroy();
    if (element.clientWidth === 0) return;
    plot = new UPlot(options(settings, width()), data, element);
    plot.ctx.canvas.setAttribute('role', 'img');
    plot.ctx.canvas.setAttribute('aria-label', settings.label);
  };
  const observer = new ResizeObserver(() => {
    if (plot === undefined) build();
    else if (plot.width !== width()) plot.setSize({ width: width(), height: settings.height });
  });
  observer.observe(element);
  const stop = onTheme(build);
  return {
    element,
    set: (rows) => {
      data = rows as unknown as UPlot.AlignedData;
      plot?.setData(data);
    },
    close: () => {
      stop();
      observer.disconnect();
      plot?.destroy();
    },
  };
}

function options(
  { height, lines, time = true, xLabel, logarithmic = false, least }: TrendSettings,
  width: number,
): UPlot.Options {
  const colours = theme();
  const axis: UPlot.Axis = {
    stroke: colours.muted,
    grid: { stroke: colours.line, width: 1 },
    ticks: { stroke: colours.line, width: 1 },
    font: "12px system-ui, 'DejaVu Sans', sans-serif",
  };
  const utc = (value: number): string =>
    `${moment(value * 1000)} (${new Date(value * 1000).toISOString().slice(11, 19)} UTC)`;
  return {
    width,
    height,
    padding: [8, 12, 0, 0],
    scales: {
      x: { time, ...(logarithmic ? { distr: LOGARITHMIC } : {}) },
      y: logarithmic
        ? { distr: LOGARITHMIC }
        : least === undefined
          ? {}
          : { range: (_plot, low, high) => widened(low, high, least) },
    },
    axes: [
      {
        ...axis,
        ...(xLabel === undefined ? {} : { label: xLabel, labelSize: 18 }),
        ...(time
          ? { values: (_plot: UPlot, values: number[]) => values.map((value) => clock(value * 1000)), space: 90 }
          : {}),
      },
      { ...axis, size: 56 },
    ],
    series: [
      {
        label: xLabel ?? TEXT.time,
        value: (_plot, value: number | null) =>
          value === null ? TEXT.compression.none : time ? utc(value) : value.toPrecision(3),
      },
      ...lines.map(({ label, colour, dots = false, format = (value: number) => value.toFixed(1) }): UPlot.Series => ({
        label,
        stroke: colours[colour],
        width: 1.5,
        ...(dots
          ? { paths: () => null, points: { show: true, size: 4, fill: colours[colour], width: 0 } }
          : { points: { show: false } }),
        value: (_plot, value: number | null) => (value === null ? TEXT.compression.none : format(value)),
      })),
    ],
  };
}

function widened(low: number | null, high: number | null, least: number): [number, number] {
  if (low === null || high === null) return [0, least];
  const rest = Math.max(0, least - (high - low)) / 2;
  return [low - rest - least / 10, high + rest + least / 10];
}
