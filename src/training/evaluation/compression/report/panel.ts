/** Frame of a plot: title, axes with their units, grid. The caller draws marks over it. */
import { px, tag, type Markup } from './markup.js';
import type { Scale } from './scale.js';

export interface Panel {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface PanelText {
  readonly title: string;
  readonly x: string;
  readonly y: string;
}

/** Makes an SVG of the panel's size; `described` is the text for screen readers. */
export function drawing(
  { width, height }: Pick<Panel, 'width' | 'height'>,
  described: string,
  ...marks: (Markup | Markup[])[]
): Markup {
  return tag('svg', { viewBox: `0 0 ${width} ${height}`, role: 'img', 'aria-label': described }, ...marks);
}

export function horizontalAxis(
  { bottom, left, right, top }: Panel,
  { ticks, at }: Scale,
  label: string,
  grid: boolean,
): Markup[] {
  const crowded = crowding(ticks.map((tick) => ({ at: at(tick), width: 7 * tickText(tick).length + 6 })));
  return [
    ...ticks
      .map((tick) => grid && tag('line', { class: 'grid', x1: px(at(tick)), x2: px(at(tick)), y1: top, y2: bottom }))
      .filter((m) => m !== false),
    tag('line', { class: 'axis', x1: left, x2: right, y1: bottom, y2: bottom }),
    ...ticks.flatMap((tick, i) =>
      crowded[i]
        ? []
        : [tag('text', { x: px(at(tick)), y: bottom + 16, 'text-anchor': 'middle', class: 'muted' }, tickText(tick))],
    ),
    tag('text', { x: (left + right) / 2, y: bottom + 34, 'text-anchor': 'middle' }, label),
  ];
}

export function verticalAxis({ bottom, left, right, top }: Panel, { ticks, at }: Scale, label: string): Markup[] {
  return [
    ...ticks.map((tick) => tag('line', { class: 'grid', x1: left, x2: right, y1: px(at(tick)), y2: px(at(tick)) })),
    ...ticks.map((tick) =>
      tag('text', { x: left - 7, y: px(at(tick) + 4), 'text-anchor': 'end', class: 'muted' }, tickText(tick)),
    ),
    tag('text', { transform: `translate(13 ${(top + bottom) / 2}) rotate(-90)`, 'text-anchor': 'middle' }, label),
  ];
}

export function titleOf({ left }: Panel, title: string): Markup {
  return tag('text', { x: left, y: 16, class: 'title' }, title);
}

/** Tells for each label, centred at its place, whether it would overlap the previous one shown. */
function crowding(labels: readonly { readonly at: number; readonly width: number }[]): boolean[] {
  let end = -Infinity;
  return labels.map(({ at, width }) => {
    if (at - width / 2 < end) return true;
    end = at + width / 2;
    return false;
  });
}

function tickText(value: number): string {
  return value !== 0 && Math.abs(value) < 0.001
    ? value.toExponential(0)
    : String(Number(value.toPrecision(Math.abs(value) < 0.1 ? 2 : 3)));
}
