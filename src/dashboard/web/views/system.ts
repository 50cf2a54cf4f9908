/** View of the state of services, gateways and this page. */
import type { SystemReport } from '../../protocol.js';
import type { App, View } from '../app.js';
import { TEXT } from '../text.js';
import { h, setText } from '../ui/dom.js';
import { frameCost } from '../ui/frames.js';
import { timeElement } from '../ui/time.js';
import { groupsAge } from './groups-age.js';
import { liveTable, panel, type Cell } from './report-parts.js';

const words = TEXT.system;

export function systemView(app: App): View {
  app.connection.watch({ beds: [], whole: null, reports: ['system'] });
  const element = h('section', { class: 'columns' }, h('p', { class: 'empty' }, TEXT.loading));
  const parts = reportParts();
  let newest: SystemReport | undefined;
  const showAge = (): void => {
    if (newest !== undefined) parts.age(newest, app.connection.now());
  };
  const stop = app.connection.system.on((report) => {
    if (newest === undefined) element.replaceChildren(...parts.elements);
    newest = report;
    parts.set(report);
    showAge();
  });
  return {
    element,
    title: TEXT.views.system,
    // Runs even if no report arrives any more.
    update: showAge,
    close: () => {
      stop();
    },
  };
}

interface Parts {
  readonly elements: readonly HTMLElement[];
  set(report: SystemReport): void;
  /** `now`: wall ms by the server's clock. */
  age(report: SystemReport, now: number): void;
}

function reportParts(): Parts {
  const services = liveTable(words.services, words.serviceColumns);
  const gateways = liveTable(words.gateways, words.gatewayColumns);
  const lag = liveTable(words.lag, words.lagColumns);
  const throughput = liveTable(words.throughput, words.throughputColumns);
  const latency = liveTable(words.latency, words.latencyColumns);
  const deadLetters = liveTable(words.deadLetters, words.deadLetterColumns);
  const ages = [h('p', { class: 'legend' }), h('p', { class: 'legend' })] as const;
  const frames = h('p');
  const pages = h('p');
  return {
    elements: [
      panel(words.services, services.element, ages[0], h('p', { class: 'legend' }, words.servicesHelp)),
      panel(words.gateways, gateways.element),
      panel(words.lag, lag.element, ages[1]),
      panel(words.throughput, throughput.element),
      panel(words.latency, latency.element),
      panel(words.deadLetters, deadLetters.element),
      panel(words.page, frames, pages),
    ],
    set: (report) => {
      services.set(serviceRows(report));
      gateways.set(report.gateways.map((one) => [one.gateway, String(one.streams), timeElement(one.newestAt)]));
      lag.set(lagRows(report.lag));
      throughput.set(report.throughput.map(({ topic, perSecond }) => [topic, perSecond.toFixed(1)]));
      latency.set(report.latency.map(({ stage, p50, p99 }) => [stage, ms(p50), ms(p99)]));
      deadLetters.set(report.deadLetters.map((one) => [one.reason, String(one.count), timeElement(one.newestAt)]));
      const { mean, p99 } = frameCost();
      setText(frames, words.frames(mean, p99));
      setText(pages, words.connections(report.connections));
    },
    age: (report, now) => {
      for (const element of ages) setText(element, groupsAge(report, now));
    },
  };
}

const ms = (value: number | null): string => (value === null ? TEXT.compression.none : words.ms(value));

function serviceRows({ services }: SystemReport): Cell[][] {
  return services.map(({ name, members, state }) => [
    h('span', { class: members > 0 ? 'status-up' : 'status-down' }, name),
    String(members),
    `${members > 0 ? words.up : words.down} (${state})`,
  ]);
}

function lagRows(lag: SystemReport['lag']): string[][] {
  const rows = new Map<string, { readonly group: string; readonly topic: string; readonly lags: number[] }>();
  for (const { group, topic, partition, lag: offsets } of lag) {
    const row = rows.get(`${group} ${topic}`) ?? { group, topic, lags: [] };
    row.lags[partition] = offsets;
    rows.set(`${group} ${topic}`, row);
  }
  return [...rows.values()].map(({ group, topic, lags }) => [
    group,
    topic,
    Array.from(lags, (value) => value as number | undefined)
      .map((value) => value ?? TEXT.compression.none)
      .join('  '),
    String(lags.reduce((sum, value) => sum + value, 0)),
  ]);
}
