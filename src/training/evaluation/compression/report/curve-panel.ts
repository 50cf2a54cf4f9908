/** One panel of Fig. 4: one figure of every method over its bound. */
import { mark } from './marks.js';
import { px, shown, tag, type Markup } from './markup.js';
import { drawing, horizontalAxis, titleOf, verticalAxis, type Panel, type PanelText } from './panel.js';
import { linearScale, logScale, logScaleAt } from './scale.js';
import { styleOf } from './style.js';

interface SeriesPoint {
  readonly x: number;
  readonly y: number | null;
  /** Whether a predictor chose without a certificate of the bounds. */
  readonly uncertified: boolean;
}

export interface Series {
  readonly name: string;
  readonly points: readonly SeriesPoint[];
}

const PANEL: Panel = { width: 540, height: 300, left: 60, right: 530, top: 30, bottom: 252 };

/** Returns the panel; empty if no method has the figure. */
export function curvePanel(series: readonly Series[], text: PanelText, y: 'linear' | 'log'): Markup[] {
  const points = series.map(({ name, points: all }) => ({
    name,
    points: all.flatMap((own) => (own.y === null ? [] : [{ ...own, y: own.y }])),
  }));
  const values = points.flatMap((own) => own.points.map((point) => point.y));
  if (values.length === 0) return [];
  const bounds = [...new Set(series.flatMap((own) => own.points.map((point) => point.x)))].sort((a, b) => a - b);
  const across = logScaleAt(bounds, PANEL.left, PANEL.right);
  const up = (y === 'log' ? logScale : linearScale)(values, PANEL.bottom, PANEL.top);
  const lines = points.flatMap(({ name, points: own }) => {
    const style = styleOf(name);
    const path = own.map((p, i) => `${i === 0 ? 'M' : 'L'}${px(across.at(p.x))} ${px(up.at(p.y))}`).join('');
    const stroke = { fill: 'none', stroke: style.colour, 'stroke-width': 2, 'stroke-dasharray': style.dash };
    const marks = own.map(({ x, y: value, uncertified: hollow }) => {
      const label = `${name}: ${shown(value, y === 'log' ? undefined : 3)} at ${Number(x.toPrecision(3))}${hollow ? ', not certified' : ''}`;
      return mark(style, across.at(x), up.at(value), label, hollow);
    });
    return [tag('path', { d: path, ...stroke }), ...marks];
  });
  const axes = [...verticalAxis(PANEL, up, text.y), ...horizontalAxis(PANEL, across, text.x, false)];
  return [drawing(PANEL, `${text.title}: ${text.y} over ${text.x}`, titleOf(PANEL, text.title), axes, lines)];
}
