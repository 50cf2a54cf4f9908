/** Fig. 3: quartiles of an error for every rung, with whiskers from 5% to 95% of records. */
import type { RungErrors, Spread } from '../rung-errors.js';
import { px, shown, tag, type Markup } from './markup.js';
import { drawing, titleOf, verticalAxis, type Panel } from './panel.js';
import { logScale, type Scale } from './scale.js';

const WIDTH = 560;
const LABELS = 74;

export function boxChart(
  errors: readonly RungErrors[],
  key: 'crossEntropy' | 'rhythm' | 'peaks' | 'prdn',
  { title, unit, floor }: { readonly title: string; readonly unit: string; readonly floor: number },
): Markup {
  const panel: Panel = { width: WIDTH, height: 270 + LABELS, left: 60, right: WIDTH - 8, top: 30, bottom: 270 };
  const values = errors.flatMap((own) => Object.values(own[key]) as (number | null)[]);
  const up = logScale(
    values.filter((v) => v !== null),
    panel.bottom,
    panel.top,
    floor,
  );
  const step = (panel.right - panel.left) / errors.length;
  const boxes = errors.flatMap((own, i) => {
    const x = panel.left + (i + 0.5) * step;
    return [
      ...box(own[key], x, Math.min(17, 0.36 * step), up, own.rung),
      tag(
        'text',
        { transform: `translate(${px(x + 4)} ${panel.bottom + 14}) rotate(-40)`, 'text-anchor': 'end' },
        own.rung,
      ),
    ];
  });
  const axis = tag('line', { class: 'axis', x1: panel.left, x2: panel.right, y1: panel.bottom, y2: panel.bottom });
  return drawing(panel, title, titleOf(panel, title), verticalAxis(panel, up, unit), axis, boxes);
}

function box({ p5, q1, median, q3, p95 }: Spread, x: number, half: number, up: Scale, rung: string): Markup[] {
  if (p5 === null || q1 === null || median === null || q3 === null) return [];
  const high = p95 ?? q3;
  const stroke = { stroke: 'var(--ladder)', 'stroke-width': 1.5 };
  const label = `${rung}: median ${shown(median, 3)}, quartiles ${shown(q1, 3)} and ${shown(q3, 3)}, 5% ${shown(p5, 3)}, 95% ${shown(p95, 3)}`;
  const across = (value: number, own: number) => ({
    x1: px(x - own),
    x2: px(x + own),
    y1: px(up.at(value)),
    y2: px(up.at(value)),
  });
  return [
    tag('line', { ...stroke, x1: px(x), x2: px(x), y1: px(up.at(p5)), y2: px(up.at(high)) }),
    tag('line', { ...stroke, ...across(p5, half / 2) }),
    tag('line', { ...stroke, ...across(high, half / 2) }),
    tag(
      'rect',
      {
        ...stroke,
        fill: 'var(--box)',
        x: px(x - half),
        width: px(2 * half),
        y: px(up.at(q3)),
        height: px(Math.max(0.5, up.at(q1) - up.at(q3))),
      },
      tag('title', {}, label),
    ),
    tag('line', { stroke: 'var(--ink)', 'stroke-width': 2, ...across(median, half) }),
  ];
}
