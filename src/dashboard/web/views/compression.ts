/** View of compression: what it achieves, and what it costs the tasks. */
import type { CompressionReport, Gains, MinuteGains } from '../../protocol.js';
import type { App, View } from '../app.js';
import { TEXT } from '../text.js';
import { h } from '../ui/dom.js';
import { clock } from '../ui/time.js';
import { createTrend } from '../ui/trend.js';
import { dataTable } from './data-table.js';
import { errorTrend } from './error-trend.js';
import { bytes, liveFigures, liveTable, panel, type Cell, type Figure } from './report-parts.js';

const words = TEXT.compression;
const { charts } = TEXT;
const ratio = (a: number, b: number): number | null => (b === 0 ? null : a / b);
const show = (value: number | null, digits = 1): string => (value === null ? words.none : value.toFixed(digits));
const wireGain = ({ nativeBytes, wireBytes }: Gains): number | null => ratio(nativeBytes, wireBytes);
const payloadGain = ({ nativeBytes, payloadBytes }: Gains): number | null => ratio(nativeBytes, payloadBytes);
const MINUTES_SHOWN = 60;

export function compressionView(app: App): View {
  app.connection.watch({ beds: [], whole: null, reports: ['compression'] });
  const body = h('div', {}, h('p', { class: 'empty' }, TEXT.loading));
  const gains = createTrend({
    height: 240,
    label: charts.below(charts.gains),
    lines: [
      { label: words.gain, colour: 'trace' },
      { label: words.payload, colour: 'original' },
    ],
  });
  const errors = errorTrend();
  const parts = reportParts();
  const numbers = dataTable(charts.gains, charts.gainColumns);
  const select = h('select', { 'aria-label': words.wardOfTrend });
  let newest: CompressionReport | undefined;
  const showGains = (): void => {
    const ward = newest?.wards.find(({ gateway }) => gateway === select.value);
    const minutes = ward?.minutes ?? newest?.minutes ?? [];
    gains.set(gainRows(minutes));
    numbers.set(() =>
      minutes
        .slice(-MINUTES_SHOWN)
        .reverse()
        .map(({ at, wireGain, payloadGain }) => [clock(at), show(wireGain), show(payloadGain)]),
    );
  };
  select.addEventListener('change', showGains);
  const stop = app.connection.compression.on((report) => {
    newest = report;
    offerWards(select, report);
    showGains();
    errors.set(report.errors);
    parts.set(report);
    if (parts.element.parentNode !== body) body.replaceChildren(parts.element);
  });
  return {
    element: h(
      'section',
      {},
      body,
      panel(words.over, select, gains.element, numbers.element),
      panel(charts.errors, errors.element),
    ),
    title: TEXT.views.compression,
    close: () => {
      stop();
      gains.close();
      errors.close();
    },
  };
}

/** Offers all wards together, then each one. The list is hidden if there is only one ward. */
function offerWards(select: HTMLSelectElement, { wards }: CompressionReport): void {
  const names = ['', ...wards.map(({ gateway }) => gateway).sort()];
  select.hidden = names.length < 3;
  if (names.length === select.options.length) return;
  const chosen = select.value;
  select.replaceChildren(...names.map((value) => h('option', { value }, value === '' ? words.allWards : value)));
  select.value = names.includes(chosen) ? chosen : '';
}

function gainRows(minutes: readonly MinuteGains[]): (number | null)[][] {
  return [
    minutes.map(({ at }) => at / 1000),
    minutes.map((minute) => minute.wireGain),
    minutes.map((minute) => minute.payloadGain),
  ];
}

interface Parts {
  readonly element: HTMLElement;
  set(report: CompressionReport): void;
}

function reportParts(): Parts {
  const figures = liveFigures();
  const violations = liveTable(words.violations, words.violationColumns);
  const rungs = liveTable(words.rungs, words.rungColumns);
  const wards = liveTable(words.wards, words.wardColumns);
  return {
    element: h(
      'div',
      {},
      figures.element,
      h(
        'div',
        { class: 'columns' },
        panel(words.violations, violations.element, h('p', { class: 'legend' }, words.notCertified)),
        panel(words.rungs, rungs.element),
        panel(words.wards, wards.element),
      ),
    ),
    set: (report) => {
      figures.set(figuresOf(report));
      violations.set(violationRows(report));
      rungs.set(rungRows(report));
      wards.set(wardRows(report));
    },
  };
}

function figuresOf({ total, recent, since, meanElementGain, savings }: CompressionReport): Figure[] {
  const time = clock(since);
  const counted = words.since(time);
  return [
    { value: show(wireGain(recent)), name: words.gainNow, help: words.gainNowHelp },
    { value: show(wireGain(total)), name: words.gain, help: words.gainHelp(time) },
    { value: show(payloadGain(total)), name: words.payload, help: words.payloadHelp(time) },
    { value: show(meanElementGain), name: words.element, help: words.elementHelp },
    { value: bytes(total.nativeBytes - total.wireBytes), name: words.saved, help: counted },
    ...(savings === null
      ? []
      : [{ value: `${savings.amount.toFixed(2)} ${savings.currency}`, name: words.money, help: counted }]),
  ];
}

function violationRows({ violations }: CompressionReport): string[][] {
  return violations.map(({ hours, records, violated, interval }) => [
    words.hours(hours),
    `${violated} / ${records}`,
    records === 0 ? words.none : `${((100 * violated) / records).toFixed(1)} %`,
    interval === null ? words.none : `${(100 * interval[0]).toFixed(1)} \u2013 ${(100 * interval[1]).toFixed(1)} %`,
  ]);
}

function rungRows({ rungs }: CompressionReport): Cell[][] {
  const segments = rungs.reduce((sum, rung) => sum + rung.segments, 0);
  return rungs
    .toSorted((a, b) => b.segments - a.segments)
    .map(({ rung, segments: count, payloadBytes }) => [
      rung,
      share(count / segments),
      `${(payloadBytes / count).toFixed(0)} B`,
    ]);
}

function wardRows({ wards }: CompressionReport): string[][] {
  return wards.map(({ gateway, gains, recent: own }) => [
    gateway,
    show(wireGain(own)),
    show(wireGain(gains)),
    show(payloadGain(gains)),
    String(gains.segments),
    bytes(gains.wireBytes),
  ]);
}

function share(part: number): HTMLElement {
  const bar = h('span');
  bar.style.width = `${(100 * part).toFixed(1)}%`;
  return h('span', {}, h('span', { class: 'share' }, bar), `${(100 * part).toFixed(1)} %`);
}
