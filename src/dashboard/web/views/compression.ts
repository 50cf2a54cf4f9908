/** What compression achieves, and at what price to the tasks. */
import type { CompressionReport, Gains, MinuteGains } from '../../protocol.js';
import type { App, View } from '../app.js';
import { TEXT } from '../text.js';
import { h } from '../ui/dom.js';
import { clock } from '../ui/time.js';
import { createTrend } from '../ui/trend.js';
import { dataTable } from './data-table.js';
import { errorTrend } from './error-trend.js';
import { bytes, figure, panel, table } from './report-parts.js';

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
    body.replaceChildren(...parts(report));
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

/** Everything first, then each ward where there are several. */
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

function parts({
  total,
  recent,
  since,
  meanElementGain,
  savings,
  wards,
  rungs,
  violations,
}: CompressionReport): HTMLElement[] {
  const segments = rungs.reduce((sum, rung) => sum + rung.segments, 0);
  return [
    h(
      'div',
      { class: 'figures' },
      figure(show(wireGain(recent)), words.gainNow, words.gainNowHelp),
      figure(show(wireGain(total)), words.gain, words.gainHelp(clock(since))),
      figure(show(payloadGain(total)), words.payload, words.payloadHelp(clock(since))),
      figure(show(meanElementGain), words.element, words.elementHelp),
      figure(bytes(total.nativeBytes - total.wireBytes), words.saved, words.since(clock(since))),
      ...(savings === null
        ? []
        : [figure(`${savings.amount.toFixed(2)} ${savings.currency}`, words.money, words.since(clock(since)))]),
    ),
    h(
      'div',
      { class: 'columns' },
      panel(
        words.violations,
        table(
          words.violationColumns,
          violations.map(({ hours, records, violated, interval }) => [
            words.hours(hours),
            `${violated} / ${records}`,
            records === 0 ? words.none : `${((100 * violated) / records).toFixed(1)} %`,
            interval === null
              ? words.none
              : `${(100 * interval[0]).toFixed(1)} \u2013 ${(100 * interval[1]).toFixed(1)} %`,
          ]),
        ),
        h('p', { class: 'legend' }, words.notCertified),
      ),
      panel(
        words.rungs,
        table(
          words.rungColumns,
          [...rungs]
            .sort((a, b) => b.segments - a.segments)
            .map(({ rung, segments: count, payloadBytes }) => [
              rung,
              share(count / segments),
              `${(payloadBytes / count).toFixed(0)} B`,
            ]),
          TEXT.system.none,
        ),
      ),
      panel(
        words.wards,
        table(
          words.wardColumns,
          wards.map(({ gateway, gains, recent: own }) => [
            gateway,
            show(wireGain(own)),
            show(wireGain(gains)),
            show(payloadGain(gains)),
            String(gains.segments),
            bytes(gains.wireBytes),
          ]),
          TEXT.system.none,
        ),
      ),
    ),
  ];
}

function share(part: number): HTMLElement {
  const bar = h('span');
  bar.style.width = `${(100 * part).toFixed(1)}%`;
  return h('span', {}, h('span', { class: 'share' }, bar), `${(100 * part).toFixed(1)} %`);
}
