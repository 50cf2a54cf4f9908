// Blocks about the bound on PRDN: docs/decisions/2026-11-28-readability.md and docs/choosing.md.
import { digits, percent, result, source, table, warningOf } from './material.mjs';

const free = (bound) => (bound === null ? 'none' : `${bound}%`);

/** Share of the windows that go by rungs whose name begins with `kind`. */
const share = (shares, kind) =>
  percent(Object.entries(shares).reduce((sum, [name, own]) => sum + (name.startsWith(kind) ? own : 0), 0));

export function readability(up) {
  const data = result('readability');
  const { models, records } = data;
  const rows = data.methods
    .filter(({ search }) => search === 'edge')
    .map(({ bounds, payloadGainTotal, payloadGainMean, wireGainTotal, windowPrdn, rungShares, ...tasks }) => [
      String(bounds.rhythm),
      free(bounds.reconstruction),
      digits(payloadGainTotal, 1),
      digits(wireGainTotal, 1),
      digits(payloadGainMean, 1),
      `${digits(windowPrdn.median, 1)} / ${digits(windowPrdn.largest, 1)}`,
      `${share(rungShares, 'transform')} / ${share(rungShares, 'neural')}`,
      percent(tasks.stepsChanged),
      percent(tasks.violationsAdded),
    ]);
  return [
    ...warningOf({ codec: models.codec, rhythm: models.rhythm, peaks: models.rpnet }),
    table(
      ['rhythm bound', 'PRDN bound', 'payload gain', 'wire gain', 'mean payload gain', 'PRDN of windows, median / largest', 'transform / neural', 'steps changed', 'records above the rhythm bound'], // prettier-ignore
      rows,
    ),
    `${records} validation records, peaks bound 0.1, predictor \`synthesis\`. Gains are totals unless stated otherwise. Wire gain counts everything in the broker's log for a gateway of 200 beds, including audits. "transform / neural" are the shares of windows coded by each kind of rung; the rest are lossless.`,
    source('readability', data, up),
  ].join('\n\n');
}

/** What the edge's search loses compared with one that decodes every candidate. */
export function readabilitySearch() {
  const { methods, prdnRises } = result('readability');
  const own = ({ bounds }, search) => methods.find((each) => each.search === search && each.bounds.rhythm === bounds.rhythm && each.bounds.reconstruction === bounds.reconstruction); // prettier-ignore
  const rows = methods
    .filter(({ search }) => search === 'exhaustive')
    .map((every) => [free(every.bounds.reconstruction), digits(own(every, 'edge').payloadGainTotal, 2), digits(every.payloadGainTotal, 2)]); // prettier-ignore
  return [
    table(['PRDN bound', 'payload gain, the edge’s search', 'payload gain, every candidate decoded'], rows),
    `In ${prdnRises.rises} of ${prdnRises.steps} steps from a rung to the next finer one of its kind, PRDN rises.`,
  ].join('\n\n');
}

export function rungPrdn() {
  const { rungPrdn: byRung } = result('readability');
  const rows = Object.entries(byRung)
    .filter(([name]) => name !== 'lossless')
    .map(([name, own]) => [`\`${name}\``, ...['p5', 'median', 'p95', 'largest'].map((key) => digits(own[key], 1))]);
  return table(['rung', '5%', 'median', '95%', 'largest'], rows);
}

export function smallWaves(up) {
  const data = result('small-waves');
  const { codec, rpnet } = data.models;
  const both = ({ q1, median }) => `${digits(median, 2)} / ${digits(q1, 2)}`;
  const rows = data.bounds.map((own) => [
    free(own.prdnBound),
    both(own.pWaveCorrelation),
    both(own.fibrillatoryCorrelation),
    both(own.fibrillatorySize),
    `${digits(own.stChangeMicrovolts.median, 0)} / ${digits(own.stChangeMicrovolts.p95, 0)}`,
  ]);
  const [{ pWaveCorrelation: p, fibrillatoryCorrelation: f, stChangeMicrovolts: st }] = data.bounds;
  return [
    ...warningOf({ codec, peaks: rpnet }),
    table(
      [
        'PRDN bound',
        'P waves, correlation',
        'f waves, correlation',
        'f waves, relative size',
        'shift of the ST level, µV',
      ],
      rows,
    ),
    `Median / lower quartile over beats; for the ST level, median / 95% quantile. P waves: ${p.count} beats of class N; f waves: ${f.count} TQ intervals of class A; ST level: ${st.count} beats of all classes.`,
    source('small-waves', data, up),
  ].join('\n\n');
}
