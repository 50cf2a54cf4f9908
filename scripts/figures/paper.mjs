// Blocks about the paper's codec: its cards, and the decision on its losses.
import {
  digits,
  identity,
  manifest,
  percent,
  result,
  saidOf,
  source,
  table,
  trainedThrough,
  warningOf,
} from './material.mjs';

export const paperIdentity = identity('paper');
export const caeIdentity = identity('cae');

const HEADS = [16, 32, 64];
/** Thousands of bytes at four a parameter, as the paper counts. */
const kilobytes = (parameters) => digits((4 * parameters) / 1000, 0);

/** Table II of the paper, and what was built. */
export function paperParameters(up) {
  const data = result('paper-parameters');
  const { encoder } = manifest('paper').networks;
  const rows = data.tableII.map(({ row, paper, built }) => [
    row,
    `${paper.thousands}K`,
    String(paper.kilobytes),
    String(built),
    kilobytes(built),
  ]);
  const { 32: predictor32, 64: predictor64 } = data.predictors;
  const { adapter16, adapter32, adapter64 } = data.adapters;
  return [
    table(['encoder', 'paper: parameters', 'paper: KB', 'built: parameters', 'built: KB'], rows),
    [
      "KB are thousands of bytes, at four bytes a parameter, as in the paper. The paper's 266K and 168K count two encoders of equal size; here the second has its own head. Its 83K are the shared encoder's 83,898 parameters, truncated.",
      `The head at /16 adds ${data.encoderWithHead16 - data.tableII.at(-1).built} parameters, the two predictors (of two tasks each) ${predictor32} and ${predictor64}. On disk, at 16 bits, the encoder with all heads has ${encoder.bytes} bytes. The decoder, which the paper does not count, has ${data.sharedDecoder} parameters, its adapters ${adapter16}, ${adapter32} and ${adapter64}.`,
    ].join(' '),
    source('paper-parameters', data, up),
  ].join('\n\n');
}

const rank = (value) => digits(value, 2);

/** A row per head of what `headFigures` counts. */
function headRow(name, head, of) {
  return [
    name,
    `/${head}`,
    digits(of.prdnMedian, 1),
    ...['crossEntropy', 'added'].map((error) => digits(of[`${error}Mean`], 3)),
    digits(of.peaksMean, 4),
    ...['crossEntropy', 'added', 'peaks'].map((error) => rank(of[`${error}Rank`])),
  ];
}
const HEAD_COLUMNS = [
  'head',
  'PRDN, %',
  'CCE with label',
  'added CCE',
  'peaks',
  'rank: CCE',
  'rank: added',
  'rank: peaks',
];

/** The errors of each head, and how well its predictors rank them. */
export function paper() {
  const { training } = manifest('paper');
  const { heads, ranks, choice } = training.selection;
  const predicted = [32, 64].map((head) => [
    `\`paper-${head}\``,
    ...['labelPredictor', 'predictor'].flatMap((name) =>
      ['rhythm', 'peaks'].map((task) => rank(ranks[`${name}${head}-${task}`])),
    ),
  ]);
  return [
    table(
      ['rung', ...HEAD_COLUMNS],
      HEADS.map((head) => headRow(`\`paper-${head}\``, head, heads[head])),
    ),
    `Over the ${choice.records} validation records, each coded entirely by that rung: median PRDN, mean errors (CCE: cross-entropy, nats), and the rank correlation of a record's PRDN with each of its task errors, which the paper found to be low.`,
    table(['rung', 'CCE with label', 'peaks, same predictor', 'added CCE', 'peaks, same predictor'], predicted),
    'Rank correlation of predicted and true error over windows of the same records. `labelPredictor32` and `-64` learn the cross-entropy against the label, `predictor32` and `-64` the added cross-entropy.',
    `With \`predictor32\` and \`-64\`: ${saidOf(choice)}`,
    ...trainedThrough(training),
  ].join('\n\n');
}

/** The reconstruction error of the autoencoder of phase 1. */
export function cae() {
  const { selection, reconstructionSteps } = manifest('cae').training;
  const said = HEADS.map((head) => `${digits(selection[`prdn${head}`], 1)}% at /${head}`).join(', ');
  return `After ${reconstructionSteps} steps, the root mean square error over 96 windows of MIT-BIH's selection part, in percent of their standard deviation, is ${said}.`;
}

/** Sweep of the weights of eq. (3). */
export function paperWeights(up) {
  const data = result('paper-weights');
  if (data === undefined) return 'The weights have not been swept yet.';
  const named = ({ setting, weights, against }) => {
    if (weights === undefined) return setting;
    const { reconstruction, rhythm, peaks } = weights;
    return `${reconstruction} / ${rhythm} / ${peaks}${against === 'original' ? ', added' : ''}`;
  };
  const rows = data.rows.flatMap((row) => HEADS.map((head, i) => headRow(i === 0 ? named(row) : '', head, row.heads[head]))); // prettier-ignore
  return [
    ...warningOf(data.models),
    table(['w_0 / w rhythm / w peaks', ...HEAD_COLUMNS], rows),
    `Each setting had ${data.steps} steps of phase 2 from the weights of \`models/cae\`, and was measured on the last ${data.records} records of the part \`selection\`, on which no network was trained. PRDN is a median, errors are means (CCE: cross-entropy, nats), ranks are rank correlations of a record's PRDN with its errors. A setting marked "added" has the added cross-entropy as rhythm loss instead of that against the label.`,
    source('paper-weights', data, up),
  ].join('\n\n');
}

/** The two rows of the paper's main table, and the settings here that come nearest. */
export function paperRows(up) {
  const data = result('compression');
  const scores = data.scores.find(({ bound }) => bound === 0.75);
  const row = (claim, name) => {
    const { elementGainMean, payloadGainTotal, f1Micro, violationsLabel, violationsAdded } = scores.methods.find((m) => m.name === name); // prettier-ignore
    return [claim, `\`${name}\``, digits(elementGainMean, 1), digits(payloadGainTotal, 1), digits(f1Micro, 3), percent(violationsLabel), percent(violationsAdded)]; // prettier-ignore
  };
  return [
    table(
      [
        'in the paper',
        'setting here',
        'mean element gain',
        'total payload gain',
        'micro F1',
        'records above 0.75 (label)',
        'records above 0.75 (added)',
      ],
      [
        row('#1: gain 48.31, F1 0.73, no violation', 'paper-oracle-2'),
        row('#2: gain 52.2, F1 0.69, no violation', 'paper-oracle-3'),
      ],
    ),
    `${scores.records} records of the part \`test\`; the cross-entropy against the label may be at most 0.75. The last columns count records above 0.75, in cross-entropy against the label and in added cross-entropy.`,
    source('compression', data, up),
  ].join('\n\n');
}
