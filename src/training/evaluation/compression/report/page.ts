/** Builds the report: one HTML page that loads nothing from the network. */
import type { CompressionEvaluation } from '../evaluation.js';
import type { Frontier } from '../frontier.js';
import type { MethodEntry } from '../method-tally.js';
import { boxChart } from './box-chart.js';
import { curveFigures } from './curve-figures.js';
import { frontierChart } from './frontier-chart.js';
import { gainChart } from './gain-chart.js';
import { shown, tag, type Markup } from './markup.js';
import { CSS } from './style.js';
import { methodTable, shareTable } from './tables.js';

/** @param frontier points of all that was tried; undefined if the models folder has none */
export function reportPage(evaluation: CompressionEvaluation, frontier: Frontier | undefined): string {
  const { records, bound, peaksBound, methods, rungErrors, curves } = evaluation;
  const title = `Compression of ${records} ECG records`;
  const head = tag(
    'head',
    {},
    tag('meta', { charset: 'utf-8' }),
    tag('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    tag('title', {}, title),
    // Not escaped: the CSS is a constant without characters that HTML interprets.
    { markup: `<style>${CSS}</style>` },
  );
  const main = tag(
    'main',
    {},
    tag('h1', {}, title),
    tag(
      'p',
      { class: 'muted' },
      `Records of 8,960 samples at 300 Hz. Rhythm bound ${bound} nats, peaks bound ${peaksBound}. Not a medical device.`,
    ),
    cards(methods),
    tag('h2', {}, 'Gains, by every way of counting'),
    tag(
      'figure',
      {},
      gainChart(methods),
      tag(
        'figcaption',
        {},
        'One line a method. A total divides all bytes that came in by all that went out; a mean averages over records and hides the dear ones. Wire gain counts the broker’s log: frames, keys, batch headers and audits, of one gateway with 200 beds.',
      ),
    ),
    tag('h2', {}, 'Methods'),
    methodTable(methods),
    tag('details', {}, tag('summary', {}, 'Which rungs they used'), shareTable(methods)),
    tag('h2', {}, 'Errors by rung'),
    tag(
      'figure',
      {},
      tag(
        'div',
        { class: 'panels' },
        boxChart(rungErrors, 'crossEntropy', { title: 'Against the label', unit: 'cross-entropy (nats)', floor: 1e-3 }),
        boxChart(rungErrors, 'rhythm', {
          title: 'Added to the rhythm task',
          unit: 'added cross-entropy (nats)',
          floor: 1e-4,
        }),
        boxChart(rungErrors, 'peaks', {
          title: 'Added to the peaks task',
          unit: 'loss between distance maps',
          floor: 1e-5,
        }),
        boxChart(rungErrors, 'prdn', { title: 'Reconstruction', unit: 'PRDN (%)', floor: 0.1 }),
      ),
      tag(
        'figcaption',
        {},
        'All records by one rung throughout. Boxes: quartiles and median; whiskers: 5% and 95% of records. Logarithmic; what is smaller than the axis, 0 included, lies on its lower end.',
      ),
    ),
    curveFigures(curves),
    frontier === undefined ? [] : frontierChart(frontier),
    tag('h2', {}, 'What was run'),
    provenance(evaluation),
  );
  return `<!doctype html>\n${tag('html', { lang: 'en' }, head, tag('body', {}, main)).markup}\n`;
}

/** Builds cards with the headline figures. */
function cards(methods: readonly MethodEntry[]): Markup {
  const of = (name: string): MethodEntry | undefined => methods.find((method) => method.name === name);
  const figure = (name: string, key: 'wireGainTotal' | 'payloadGainTotal' | 'elementGainMean'): string =>
    shown(of(name)?.[key] ?? null);
  const percent = (value: number | null | undefined): string => shown(value == null ? null : 100 * value, 1);
  const [raw, shipped] = [of('raw'), of('ladder-default')];
  const loss = shipped?.f1Micro == null || raw?.f1Micro == null ? null : raw.f1Micro - shipped.f1Micro;
  const card = (value: string, ...lines: string[]): Markup =>
    tag(
      'div',
      { class: 'card' },
      tag('b', {}, value),
      lines.map((line) => tag('span', {}, line)),
    );
  return tag(
    'div',
    { class: 'cards' },
    card(
      figure('ladder-default', 'wireGainTotal'),
      'total wire gain of the shipped policy',
      `${figure('ladder-default', 'payloadGainTotal')} in payloads`,
    ),
    card(
      figure('ladder-predictor', 'wireGainTotal'),
      'total wire gain of the ladder under the bound',
      `an oracle: ${figure('ladder-oracle', 'wireGainTotal')}`,
    ),
    card(
      figure('paper-oracle-3', 'elementGainMean'),
      'the paper’s average, with feedback',
      `${figure('paper-oracle-3', 'payloadGainTotal')} as a total of payload bytes`,
    ),
    card(
      `${percent(shipped?.violationsAdded)}%`,
      'of records above the bound, shipped policy',
      `micro F1 lower by ${shown(loss, 3)}`,
    ),
  );
}

function provenance({ models, wireSetting, leftOut, methods }: CompressionEvaluation): Markup {
  const bounds = methods.find(({ name }) => name === 'ladder-default')?.bounds;
  const { beds, lingerMs, auditEvery, recordsPerBed } = wireSetting;
  const rows: readonly (readonly [string, string])[] = [
    [
      'ladder-default keeps',
      `rhythm ${shown(bounds?.rhythm ?? null)} nats, peaks ${shown(bounds?.peaks ?? null)}, PRDN of a window ${shown(bounds?.reconstruction ?? null)}%`,
    ],
    [
      'wire',
      `one gateway, ${beds} beds, ${lingerMs} ms linger, one record in ${auditEvery} audited, ${recordsPerBed} records a bed`,
    ],
    ...Object.entries(models).map(([name, hash]) => [`model ${name}`, hash ?? 'not there'] as const),
    [
      'left out',
      leftOut.length === 0 ? 'no record' : leftOut.map(({ name, reason }) => `${name}: ${reason}`).join('; '),
    ],
  ];
  return tag('dl', {}, rows.map(([term, text]) => [tag('dt', {}, term), tag('dd', {}, text)]).flat());
}
