/** How services, gateways and this page are. */
import type { SystemReport } from '../../protocol.js';
import type { App, View } from '../app.js';
import { TEXT } from '../text.js';
import { h } from '../ui/dom.js';
import { frameCost } from '../ui/frames.js';
import { timeElement } from '../ui/time.js';
import { groupsAge } from './groups-age.js';
import { panel, table } from './report-parts.js';

const words = TEXT.system;

export function systemView(app: App): View {
  app.connection.watch({ beds: [], whole: null, reports: ['system'] });
  const element = h('section', { class: 'columns' }, h('p', { class: 'empty' }, TEXT.loading));
  const stop = app.connection.system.on((report) => {
    element.replaceChildren(...parts(report, app.connection.now()));
  });
  return {
    element,
    title: TEXT.views.system,
    close: () => {
      stop();
    },
  };
}

/** `now`: wall ms by the server's clock. */
function parts(report: SystemReport, now: number): HTMLElement[] {
  const { services, gateways, lag, throughput, latency, deadLetters, connections } = report;
  const age = (): HTMLElement => h('p', { class: 'legend' }, groupsAge(report, now));
  const { mean, p99 } = frameCost();
  const ms = (value: number | null): string => (value === null ? TEXT.compression.none : words.ms(value));
  return [
    panel(
      words.services,
      table(words.serviceColumns, services.map(({ name, members, state }) => [h('span', { class: members > 0 ? 'status-up' : 'status-down' }, name), String(members), `${members > 0 ? words.up : words.down} (${state})`])), // prettier-ignore
      age(),
      h('p', { class: 'legend' }, words.servicesHelp),
    ),
    panel(words.gateways, table(words.gatewayColumns, gateways.map(({ gateway, streams, newestAt }) => [gateway, String(streams), timeElement(newestAt)]), words.none)), // prettier-ignore
    panel(words.lag, table(words.lagColumns, lagRows(lag), words.none), age()),
    panel(words.throughput, table(words.throughputColumns, throughput.map(({ topic, perSecond }) => [topic, perSecond.toFixed(1)]), words.none)), // prettier-ignore
    panel(words.latency, table(words.latencyColumns, latency.map(({ stage, p50, p99: high }) => [stage, ms(p50), ms(high)]))), // prettier-ignore
    panel(words.deadLetters, table(words.deadLetterColumns, deadLetters.map(({ reason, count, newestAt }) => [reason, String(count), timeElement(newestAt)]), words.none)), // prettier-ignore
    panel(words.page, h('p', {}, words.frames(mean, p99)), h('p', {}, words.connections(connections))),
  ];
}

function lagRows(lag: SystemReport['lag']): string[][] {
  const rows = new Map<string, { readonly group: string; readonly topic: string; readonly lags: number[] }>();
  for (const { group, topic, partition, lag: offsets } of lag) {
    const row = rows.get(`${group} ${topic}`) ?? { group, topic, lags: [] };
    row.lags[partition] = offsets;
    rows.set(`${group} ${topic}`, row);
  }
  return [...rows.values()].map(({ group, topic, lags }) => [group, topic, Array.from(lags, (value) => value as number | undefined).map((value) => value ?? TEXT.compression.none).join('  '), String(lags.reduce((sum, value) => sum + value, 0))]); // prettier-ignore
}
