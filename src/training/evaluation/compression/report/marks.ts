import { px, tag, type Markup } from './markup.js';
import type { SeriesStyle } from './style.js';

/** Draws a mark of a series at (x, y), filled or hollow; `label` is its tooltip. */
export function mark(style: SeriesStyle, x: number, y: number, label?: string, hollow = false): Markup {
  const title = label === undefined ? [] : [tag('title', {}, label)];
  const fill = hollow ? { fill: 'var(--card)', stroke: style.colour, 'stroke-width': 1.5 } : { fill: style.colour };
  const r = 3.6;
  switch (style.mark) {
    case 'circle':
      return tag('circle', { cx: px(x), cy: px(y), r, ...fill }, ...title);
    case 'square':
      return tag('rect', { x: px(x - r), y: px(y - r), width: 2 * r, height: 2 * r, ...fill }, ...title);
    case 'triangle':
      return tag('path', { d: `M${px(x)} ${px(y - r - 1)}l${r + 0.6} ${2 * r}h${-2 * (r + 0.6)}z`, ...fill }, ...title);
    case 'diamond':
      return tag(
        'path',
        { d: `M${px(x)} ${px(y - r - 1)}l${r + 1} ${r + 1}l${-r - 1} ${r + 1}l${-r - 1} ${-r - 1}z`, ...fill },
        ...title,
      );
  }
}

export function legend(entries: readonly (readonly [name: string, style: SeriesStyle])[]): Markup {
  return tag(
    'ul',
    { class: 'legend' },
    entries.map(([name, style]) => {
      const stroke = { stroke: style.colour, 'stroke-width': 2, 'stroke-dasharray': style.dash };
      const line = tag('line', { x1: 1, x2: 33, y1: 7, y2: 7, ...stroke });
      return tag('li', {}, tag('svg', { viewBox: '0 0 34 14', 'aria-hidden': 'true' }, line, mark(style, 17, 7)), name);
    }),
  );
}
