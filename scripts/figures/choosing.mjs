// What choosing a rung costs the edge: the block of docs/choosing.md.
import { digits, hasModel, percent, result, source, table, warningOf } from './material.mjs';

const mebibytes = (bytes, count) => digits(bytes / 2 ** 20, count);
const said = ({ rhythm, peaks, reconstruction }) => `rhythm ${rhythm} nats, peaks ${peaks}, PRDN ${reconstruction}%`;

function shares({ rungs, windows }) {
  return Object.entries(rungs)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `\`${name}\` ${percent(count / windows)}`)
    .join(', ');
}

export function choosing(up) {
  const data = result('choosing');
  if (data?.tightBounds === undefined) return 'It has not been measured this way yet.';
  const { bounds, tightBounds, models, cpuRatio } = data;
  const { dense, ...others } = models;
  const predictors = ['synthesis', 'dense'];
  const rows = predictors.flatMap((name) => {
    const own = data[name];
    const at = [['shipped', own], ['shipped, no PRDN bound', own.withoutPrdnBound], ['tight', own.tight]]; // prettier-ignore
    return at.map(([under, figures]) => [
      `\`${name}\``,
      under,
      digits(figures.cpuMsPerWindow, 1),
      digits(figures.bedsPerCore, 0),
      digits(figures.decodes, 2),
      // One of the runs is that on the original.
      name === 'dense' ? '–' : digits(Math.max(0, figures.classifierRuns - 1), 2),
      digits(figures.payloadGainTotal, 1),
      shares(figures),
    ]);
  });
  const sizes = predictors.map((name) => [
    `\`${name}\``,
    mebibytes(data[name].networkBytes, 2),
    mebibytes(data[name].residentBytes, 0),
    mebibytes(data[name].largestResidentBytes, 0),
  ]);
  return [
    ...warningOf({ ...others, ...(hasModel('codec/dense') ? { 'codec/dense': dense ?? 'none' } : {}) }),
    table(
      ['predictor', 'bounds', 'CPU per window, ms', 'beds per core', 'neural decodes per window', 'candidates classified per window', 'payload gain', 'rungs'], // prettier-ignore
      rows,
    ),
    table(['predictor', 'weight files, 16 bits a number, MiB', 'resident memory, MiB', 'peak, MiB'], sizes),
    `${data.synthesis.windows} windows of the first leads of [samples/](${up}samples), all streams together as one linger brings them; a window lasts 5.97 s and is coded by every rung. Shipped bounds: ${said(bounds)}; tight bounds: ${said(tightBounds)}. tau is the one chosen on validation records, not from a certificate. In memory, a network's numbers have 32 bits each. At the shipped bounds the synthesis predictor takes ${digits(cpuRatio, 1)} times the CPU of the dense one. These are few recordings: their gains say nothing about others.`,
    source('choosing', data, up),
  ].join('\n\n');
}
