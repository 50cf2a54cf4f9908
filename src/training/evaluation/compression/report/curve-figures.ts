/** Fig. 4: one figure for each task and one for both together. */
import type { Curve, CurvePoint, CurveTask } from '../curves.js';
import { curvePanel } from './curve-panel.js';
import { legend } from './marks.js';
import { tag, type Markup } from './markup.js';
import { styleOf } from './style.js';
import { curveTable } from './tables.js';

interface PanelSpec {
  readonly key: Exclude<keyof CurvePoint, 'certified'>;
  readonly title: string;
  readonly y: string;
  readonly scale: 'linear' | 'log';
}

const GAIN: PanelSpec = { key: 'payloadGainTotal', title: 'Gain in bytes', y: 'payload gain, total', scale: 'log' };
const ELEMENT: PanelSpec = {
  key: 'elementGainMean',
  title: 'Gain as the paper counts',
  y: 'element gain, mean',
  scale: 'linear',
};
const RHYTHM_F1: PanelSpec = { key: 'f1Micro', title: 'Rhythm F1', y: 'micro F1', scale: 'linear' };
const PEAKS_F1: PanelSpec = { key: 'peaksF1', title: 'Peaks F1', y: 'F1 within 75 ms', scale: 'linear' };
const RHYTHM_ERROR: PanelSpec = {
  key: 'rhythmErrorMean',
  title: 'Effective error',
  y: 'added cross-entropy, mean (nats)',
  scale: 'linear',
};
const PEAKS_ERROR: PanelSpec = {
  key: 'peaksErrorMean',
  title: 'Effective error',
  y: 'loss between distance maps, mean',
  scale: 'linear',
};

const FIGURES: readonly {
  readonly task: CurveTask;
  readonly heading: string;
  readonly x: string;
  readonly bound: 'rhythmBound' | 'peaksBound';
  readonly panels: readonly PanelSpec[];
}[] = [
  {
    task: 'rhythm',
    heading: 'Under a bound on the rhythm error alone',
    x: 'bound on rhythm (nats)',
    bound: 'rhythmBound',
    panels: [GAIN, RHYTHM_F1, RHYTHM_ERROR, ELEMENT],
  },
  {
    task: 'peaks',
    heading: 'Under a bound on the peaks error alone',
    x: 'bound on peaks (loss between distance maps)',
    bound: 'peaksBound',
    panels: [GAIN, PEAKS_F1, PEAKS_ERROR, ELEMENT],
  },
  {
    task: 'both',
    heading: 'Under both bounds together',
    x: 'bound on rhythm (nats); that on peaks in proportion',
    bound: 'rhythmBound',
    panels: [GAIN, RHYTHM_F1, PEAKS_F1, ELEMENT],
  },
];

/** Whether a predictor chose without a certificate. */
function isUncertified({ tau, certified }: CurvePoint): boolean {
  return tau !== null && certified === null;
}

export function curveFigures(curves: readonly Curve[]): Markup[] {
  return FIGURES.flatMap(({ task, heading, x, bound, panels }) => {
    const own = curves.filter((curve) => curve.task === task);
    const drawn = panels.flatMap(({ key, title, y, scale }) => {
      const series = own
        .map(({ method, points }) => ({
          name: method,
          points: points.map((point) => ({ x: point[bound] ?? 0, y: point[key], uncertified: isUncertified(point) })),
        }))
        // A line with holes would mislead: only two rungs of the ladder have a nominal gain.
        .filter(({ points }) => points.every(({ y: value }) => value !== null));
      return curvePanel(series, { title, x, y }, scale);
    });
    if (drawn.length === 0) return [];
    return [
      tag('h2', {}, heading),
      tag(
        'figure',
        {},
        legend(own.map(({ method }) => [method, styleOf(method)])),
        tag('div', { class: 'panels' }, drawn),
        own.some(({ points }) => points.some(isUncertified)) &&
          tag(
            'figcaption',
            {},
            'Outlined marks: no certificate stands behind the bounds, and the tau of validation is taken; an edge would send losslessly.',
          ),
        tag('details', {}, tag('summary', {}, 'The figures behind the lines'), curveTable(own)),
      ),
    ];
  });
}
