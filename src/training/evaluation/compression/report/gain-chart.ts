/** Draws all gains of all methods on one axis, to compare the ways of counting the same bytes. */
import type { MethodEntry } from '../method-tally.js';
import { legend, mark } from './marks.js';
import { px, shown, tag, type Markup } from './markup.js';
import { drawing, horizontalAxis, type Panel } from './panel.js';
import { logScale } from './scale.js';
import type { SeriesStyle } from './style.js';

const GAINS = [
  ['wireGainTotal', 'wire, total (what is billed)', { colour: 'var(--ladder)', mark: 'circle' }],
  ['payloadGainTotal', 'payload, total', { colour: 'var(--plain)', mark: 'square' }],
  ['payloadGainMean', 'payload, mean over records', { colour: 'var(--static)', mark: 'diamond' }],
  ['elementGainMean', "element, mean: the paper's average", { colour: 'var(--paper)', mark: 'triangle' }],
] as const satisfies readonly (readonly [keyof MethodEntry, string, SeriesStyle])[];

/** Headline gain of the paper: element gain, mean. */
const PAPER = 48.31;
const ROW = 26;

export function gainChart(methods: readonly MethodEntry[]): Markup[] {
  const rows = methods.filter(({ reason }) => reason === null);
  const top = 26;
  const panel: Panel = {
    width: 1100,
    height: top + rows.length * ROW + 44,
    left: 180,
    right: 1080,
    top,
    bottom: top + rows.length * ROW,
  };
  const values = rows.flatMap((row) => GAINS.flatMap(([key]) => row[key] ?? []));
  const across = logScale([...values, PAPER], panel.left, panel.right, 1);
  const marks = rows.flatMap((row, i) => {
    const y = top + (i + 0.5) * ROW;
    const own = GAINS.flatMap(([key, label, style]) => {
      const value = row[key];
      return value === null ? [] : [{ x: across.at(value), style, label: `${row.name}: ${label} ${shown(value)}` }];
    });
    const places = own.map(({ x }) => x);
    return [
      tag('line', { class: 'grid', x1: panel.left, x2: panel.right, y1: y, y2: y }),
      tag('line', {
        class: 'axis',
        'stroke-width': 3,
        x1: px(Math.min(...places)),
        x2: px(Math.max(...places)),
        y1: y,
        y2: y,
      }),
      tag('text', { x: panel.left - 12, y: y + 4, 'text-anchor': 'end' }, row.name),
      ...own.toReversed().map(({ x, style, label }) => mark(style, x, y, label)),
    ];
  });
  const headline = across.at(PAPER);
  const reference = [
    tag('line', {
      stroke: 'var(--paper)',
      'stroke-dasharray': '4 4',
      x1: px(headline),
      x2: px(headline),
      y1: top - 6,
      y2: panel.bottom,
    }),
    tag(
      'text',
      { x: px(headline), y: top - 11, 'text-anchor': 'middle', class: 'muted' },
      `the paper: ${PAPER}, element, mean`,
    ),
  ];
  return [
    legend(GAINS.map(([, label, style]) => [label, style])),
    tag(
      'div',
      { class: 'wide' },
      drawing(
        panel,
        'Gains of every method',
        horizontalAxis(panel, across, 'gain (times smaller; logarithmic)', true),
        marks,
        reference,
      ),
    ),
  ];
}
