/** Draws everything that was tried: task errors and PRDN over gain, with the frontier line that no point lies below. */
import { frontierLine, type Frontier, type FrontierPoint } from '../frontier.js';
import { legend, mark } from './marks.js';
import { px, shown, tag, type Markup } from './markup.js';
import { drawing, horizontalAxis, titleOf, verticalAxis, type Panel } from './panel.js';
import { logScale, type Scale } from './scale.js';
import type { SeriesStyle } from './style.js';

const STYLES: Readonly<Record<FrontierPoint['kind'], SeriesStyle>> = {
  shipped: { colour: 'var(--ladder)', mark: 'circle' },
  paper: { colour: 'var(--paper)', mark: 'triangle' },
  baseline: { colour: 'var(--static)', mark: 'square' },
  tried: { colour: 'var(--plain)', mark: 'diamond' },
};
const LABELS: readonly (readonly [string, SeriesStyle])[] = [
  ['rungs that ship', STYLES.shipped],
  ["the paper's codec", STYLES.paper],
  ['without loss', STYLES.baseline],
  ['tried', STYLES.tried],
];

const PANELS = [
  { error: 'rhythmMean', title: 'Added to the rhythm task, mean', unit: 'added cross-entropy (nats)', floor: 1e-4 },
  { error: 'rhythmP95', title: 'In the worst twentieth', unit: 'added cross-entropy, 95% (nats)', floor: 1e-4 },
  { error: 'peaksMean', title: 'Added to the peaks task, mean', unit: 'loss between distance maps', floor: 1e-4 },
  { error: 'prdnMedian', title: 'Reconstruction, median', unit: 'PRDN (%)', floor: 1 },
] as const;

const PANEL: Panel = { width: 540, height: 350, left: 60, right: 530, top: 30, bottom: 300 };

export function frontierChart({ points, records, part, models = {} }: Frontier): Markup[] {
  const of = Object.entries(models).map(([name, hash]) => `${name} ${hash.slice(0, 8)}`);
  return [
    tag('h2', {}, 'All that was tried'),
    tag(
      'figure',
      {},
      legend(LABELS),
      tag(
        'div',
        { class: 'panels' },
        PANELS.map((panel) => errorPanel(points, panel)),
      ),
      tag(
        'figcaption',
        {},
        `Every way to code a record, used throughout, on ${records} records (${part}), not on those of this run, by ${of.join(', ') || 'models that the file does not name'}. Total payload gain; both axes logarithmic, what is smaller than the axis lies on its lower end. The line joins what no other way beats in bytes and in the figure shown. Pale marks: an early sketch, measured on other records.`,
      ),
    ),
  ];
}

function errorPanel(points: readonly FrontierPoint[], { error, title, unit, floor }: (typeof PANELS)[number]): Markup {
  const known = points.flatMap((point) => {
    const value = point[error];
    return value === null ? [] : [{ point, value }];
  });
  const across = logScale(
    known.map(({ point }) => point.payloadGainTotal),
    PANEL.left,
    PANEL.right,
    1,
  );
  const up = logScale(
    known.map(({ value }) => value),
    PANEL.bottom,
    PANEL.top,
    floor,
  );
  const marks = known.map(({ point, value }) => {
    const label = `${point.name}: gain ${shown(point.payloadGainTotal)}, ${shown(value, error === 'prdnMedian' ? 1 : 4)}`;
    const own = mark(STYLES[point.kind], across.at(point.payloadGainTotal), up.at(value), label);
    return point.source === 'measured' ? own : tag('g', { opacity: 0.45 }, own);
  });
  return drawing(
    PANEL,
    `${title} over gain`,
    titleOf(PANEL, title),
    verticalAxis(PANEL, up, unit),
    horizontalAxis(PANEL, across, 'payload gain, total', false),
    line(
      frontierLine(points, error).map((point) => [point.payloadGainTotal, point[error]!] as const),
      across,
      up,
    ),
    marks,
  );
}

function line(points: readonly (readonly [gain: number, error: number])[], across: Scale, up: Scale): Markup {
  const d = points.map(([gain, error], i) => `${i === 0 ? 'M' : 'L'}${px(across.at(gain))} ${px(up.at(error))}`);
  return tag('path', { d: d.join(''), fill: 'none', stroke: 'var(--ink)', 'stroke-width': 1.5 });
}
