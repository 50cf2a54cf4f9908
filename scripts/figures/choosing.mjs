// What choosing a rung costs the edge: the block of docs/choosing.md.
import { digits, hasModel, percent, result, source, table, warningOf } from './material.mjs';

const mebibytes = (bytes, count) => digits(bytes / 2 ** 20, count);
const said = ({ rhythm, peaks, reconstruction }) => `${rhythm} nats, peaks ${peaks}, PRDN ${reconstruction}%`;

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
    const at = [['shipped', own], ['shipped, PRDN free', own.withoutPrdnBound], ['tight', own.tight]]; // prettier-ignore
    return at.map(([under, figures]) => [
      `\`${name}\``,
      under,
      digits(figures.cpuMsPerWindow, 1),
      digits(figures.bedsPerCore, 0),
      digits(figures.decodes, 2),
      // The original is one of the runs.
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
      ['predictor', 'bounds', 'CPU a window, ms', 'beds a core', 'neural decodes a window', 'candidates that the tasks hear', 'payload gain', 'rungs'], // prettier-ignore
      rows,
    ),
    table(['predictor', 'weight files, 16 bits a number, MiB', 'resident memory, MiB', 'at most'], sizes),
    `${data.synthesis.windows} windows of the first leads of [samples/](${up}samples), all streams together as one linger brings them; a window lasts 5.97 s, every rung of it is coded. Shipped bounds: ${said(bounds)}; tight ones: ${said(tightBounds)}. tau is the choice of validation, no certificate. In memory a number of a network has 32 bits. At the shipped bounds the synthesis predictor takes ${digits(cpuRatio, 1)} times the CPU of the dense one. These recordings are few: the gains say nothing of others.`,
    source('choosing', data, up),
  ].join('\n\n');
}
