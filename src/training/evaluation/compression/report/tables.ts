/** Builds the table of methods and the table of the points behind the curves. */
import type { Curve, CurvePoint } from '../curves.js';
import type { MethodEntry } from '../method-tally.js';
import { shown, tag, type Markup } from './markup.js';

interface Column {
  readonly key: keyof MethodEntry;
  readonly head: string;
  readonly digits?: number;
  /** Shares are shown as percentages. */
  readonly percent?: true;
}

const COLUMNS: readonly Column[] = [
  { key: 'wireGainTotal', head: 'wire gain, total' },
  { key: 'payloadGainTotal', head: 'payload gain, total' },
  { key: 'payloadGainMean', head: 'payload gain, mean' },
  { key: 'elementGainMean', head: 'element gain, mean' },
  { key: 'f1Micro', head: 'micro F1', digits: 3 },
  { key: 'precisionMicro', head: 'precision', digits: 3 },
  { key: 'recallMicro', head: 'recall', digits: 3 },
  { key: 'f1MeanNAO', head: 'mean F1 N, A, O', digits: 3 },
  { key: 'stepAccuracy', head: 'step accuracy', digits: 3 },
  { key: 'stepsChanged', head: 'steps changed, %', percent: true, digits: 1 },
  { key: 'violationsAdded', head: 'above the bound (added), %', percent: true, digits: 1 },
  { key: 'violationsLabel', head: 'above it (label), %', percent: true, digits: 1 },
  { key: 'peaksF1', head: 'peaks F1', digits: 4 },
  { key: 'prdMedian', head: 'PRD, median, %' },
  { key: 'prdnMedian', head: 'PRDN, median, %' },
  { key: 'relativeErrorMean', head: 'relative error, mean, %' },
];

export function methodTable(methods: readonly MethodEntry[]): Markup {
  const head = tag(
    'tr',
    {},
    tag('th', {}, 'method'),
    COLUMNS.map(({ head: text }) => tag('th', {}, text)),
  );
  const rows = methods.map((method) => {
    const cells =
      method.reason === null
        ? COLUMNS.map(({ key, digits, percent }) => tag('td', {}, cell(method[key] as number | null, digits, percent)))
        : [tag('td', { class: 'reason', colspan: COLUMNS.length }, method.reason)];
    const attributes = method.name === 'ladder-default' ? { class: 'lead' } : {};
    return tag('tr', attributes, tag('th', {}, method.name), cells);
  });
  return tag('div', { class: 'table' }, tag('table', {}, tag('thead', {}, head), tag('tbody', {}, rows)));
}

function cell(value: number | null, digits?: number, percent?: true): string {
  return shown(value !== null && percent ? 100 * value : value, digits);
}

/** Builds the table of the share of windows by rung and method. */
export function shareTable(methods: readonly MethodEntry[]): Markup {
  const used = methods.filter(({ rungShares }) => rungShares !== null);
  const rungs = [...new Set(used.flatMap(({ rungShares }) => Object.keys(rungShares ?? {})))];
  const head = tag(
    'tr',
    {},
    tag('th', {}, 'share of windows, %'),
    rungs.map((rung) => tag('th', {}, rung)),
  );
  const rows = used.map(({ name, rungShares }) => {
    const cells = rungs.map((rung) => tag('td', {}, cell(rungShares?.[rung] ?? null, 1, true)));
    return tag('tr', {}, tag('th', {}, name), cells);
  });
  return tag('div', { class: 'table' }, tag('table', {}, tag('thead', {}, head), tag('tbody', {}, rows)));
}

const POINT: readonly (readonly [Exclude<keyof CurvePoint, 'certified'>, string, number?])[] = [
  ['rhythmBound', 'rhythm bound', 3],
  ['peaksBound', 'peaks bound', 4],
  ['tau', 'tau'],
  ['payloadGainTotal', 'payload gain, total'],
  ['payloadGainMean', 'payload gain, mean'],
  ['elementGainMean', 'element gain, mean'],
  ['rhythmErrorMean', 'added cross-entropy, mean', 3],
  ['crossEntropyMean', 'cross-entropy against the label, mean', 3],
  ['peaksErrorMean', 'peaks error, mean', 4],
  ['f1Micro', 'micro F1', 3],
  ['peaksF1', 'peaks F1', 4],
  ['violations', 'records above a bound, share', 3],
];

export function curveTable(curves: readonly Curve[]): Markup {
  const names = [...POINT.map(([, text]) => text), 'certified'];
  const head = tag(
    'tr',
    {},
    tag('th', {}, 'method'),
    names.map((text) => tag('th', {}, text)),
  );
  const rows = curves.flatMap(({ method, points }) =>
    points.map((point) => {
      const cells = POINT.map(([key, , digits]) => tag('td', {}, shown(point[key], digits)));
      return tag('tr', {}, tag('th', {}, method), cells, tag('td', {}, certifiedText(point)));
    }),
  );
  return tag('div', { class: 'table' }, tag('table', {}, tag('thead', {}, head), tag('tbody', {}, rows)));
}

function certifiedText({ tau, certified }: CurvePoint): string {
  if (tau === null) return '–';
  return certified === null ? 'no' : 'yes';
}
