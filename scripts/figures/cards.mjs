// Blocks of the model cards.
import { denseMemory } from './memory.mjs';
import {
  digits,
  digitsOrNone,
  hasModel,
  identity,
  manifest,
  partsOf,
  percent,
  result,
  saidOf,
  source,
  table,
  trainedThrough,
  warningOf,
  withInterval,
} from './material.mjs';

export const rhythmIdentity = identity('rhythm');
export const peaksIdentity = identity('peaks');
export const codecIdentity = identity('codec');
export const denseIdentity = () =>
  hasModel(DENSE)
    ? `${identity(DENSE, "Certificates of the dense predictor carry the manifest's SHA-256; frames do not.")()}\n\n${denseMemory()}`
    : "There is none: the codec's own predictor is used.";

const DENSE = 'codec/dense';

/** Table of the records in each part of a split and what they were used for. */
function servedBy(split, uses) {
  const parts = partsOf(split);
  const rows = Object.entries(uses).map(([part, use]) => [`\`${part}\``, digits(parts.get(part), 0), use]);
  return table(['part', 'records', 'used for'], rows);
}

export function rhythmData() {
  const { records, teachers = [], from, codec } = manifest('rhythm').training;
  const served = servedBy('cinc2017', {
    train: `the weights (${records} of the records; the others are too short)`,
    selection:
      'validation during training, the temperature of the probabilities, the scale of the input, the share of the last training that is kept, and the predictors of the codec',
    calibration: 'nothing in this model; the certificates of the codec were tested on it',
    test: 'the figures below, those of the lossless rung and of compression; no training, but the figures were looked at more than once',
  });
  const robust = from && `Its training continued from the classifier ${from.slice(0, 8)} and made it robust against the codec ${codec.slice(0, 8)}.`; // prettier-ignore
  return [served, [taughtBy(teachers), ...(robust ? [robust] : [])].join(' ')].join('\n\n');
}

/** Says where the classifier's targets come from besides the labels. */
function taughtBy(teachers) {
  const hashes = teachers.map((hash) => hash.slice(0, 8)).join(', ');
  if (teachers.length === 0) return 'Not distilled: its only targets are the labels.';
  if (teachers.length > 1) return `Distilled from ${teachers.length} earlier classifiers of the same split (manifests ${hashes}).`; // prettier-ignore
  return `Distilled from one earlier classifier of the same split (manifest ${hashes}), not from several seeds.`;
}

export function rhythm(up) {
  const data = result('rhythm');
  if (data === undefined) return 'The classifier has not been measured on the part `test` yet.';
  const { scores } = data;
  const { causal } = scores;
  const selected = manifest('rhythm').training.validation;
  const row = (name, key, count = 3) => [
    name,
    ...[scores, causal].map((of) =>
      of.ci95[key] === undefined ? digits(of[key], count) : withInterval(of[key], of.ci95[key], count),
    ),
  ];
  const names = Object.keys(scores.perClass);
  return [
    ...warningOf({ rhythm: scores.model }),
    table(
      ['figure', 'whole records', 'by the live protocol'],
      [
        ['records', String(scores.records), String(causal.records)],
        row('accuracy of steps', 'stepAccuracy'),
        row('mean F1 of N, A, O', 'f1MeanNAO'),
        row('micro F1 at 0.5', 'f1Micro'),
        row('micro precision, recall', 'precisionMicro').map((cell, i) =>
          i === 0 ? cell : `${cell}, ${digits([scores, causal][i - 1].recallMicro, 3)}`,
        ),
        row('expected calibration error', 'ece'),
      ],
    ),
    'By class, whole records (in the right half, rows are labels and columns decisions):',
    table(
      ['class', 'records', 'precision', 'recall', 'F1', ...names.map((name) => `decision ${name}`)],
      names.map((name, i) => {
        const { records, precision, recall, f1 } = scores.perClass[name];
        return [name, String(records), ...[precision, recall, f1].map((v) => digits(v, 3)), ...scores.confusion[i].map(String)]; // prettier-ignore
      }),
    ),
    ...shortRecords(data),
    `On the ${selected.records} records of the part \`selection\`: accuracy of steps ${digits(selected.stepAccuracy, 3)}, mean F1 ${digits(selected.f1MeanNAO, 3)}.`,
    source('rhythm', data, up),
  ].join('\n\n');
}

/** Scores on shortened records. */
function shortRecords({ scores, short }) {
  if (short === undefined) return [];
  const row = (what, of) => [
    what,
    ...['stepAccuracy', 'f1MeanNAO'].map((key) => withInterval(of[key], of.ci95[key], 3)),
    digits(of.ece, 3),
  ];
  return [
    `Short records: the same ${short.scores.records} records, but the classifier sees only their first ${short.seconds} s; the label is still that of the whole record. The live stream reports 'not enough signal' for so short a stretch.`,
    table(
      ['records', 'accuracy of steps', 'mean F1 of N, A, O', 'expected calibration error'],
      [row('whole', scores), row(`first ${short.seconds} s`, short.scores)],
    ),
  ];
}

export const peaksData = () =>
  servedBy('mitdb', {
    train: 'the weights, both leads',
    selection: 'validation during training, and the figures below, first leads; excerpts of some are in samples/',
  });

const peaksRow = (signal, { rpnet, panTompkins }) => [
  signal,
  withInterval(rpnet.f1, rpnet.ci95.f1, 4),
  digitsOrNone(rpnet.precision, 4),
  digitsOrNone(rpnet.recall, 4),
  digitsOrNone(rpnet.medianOffsetMs, 1),
  digitsOrNone(panTompkins.f1, 4),
];

export function peaks(up) {
  const data = result('peaks');
  if (data === undefined) return 'RPnet has not been measured by the bench yet.';
  const { fromSeconds, seconds } = data.stretch;
  const stress = data.stress.flatMap(({ noise, ratios, together }) => [
    ...ratios.map((row) => peaksRow(`${noise}, ${row.decibels} dB`, row)),
    peaksRow(`${noise}, ${together.decibels.join(', ')} dB together`, together),
  ]);
  return [
    ...warningOf({ peaks: data.model }),
    table(
      ['signal', 'F1 (95%)', 'precision', 'recall', 'median offset, ms', 'F1 of Pan-Tompkins'],
      [
        peaksRow('whole records, unaltered', data.clean),
        ...stress,
        ...data.interferences.map((row) => peaksRow(row.interference, row)),
        ...data.paces.map((row) => peaksRow(`beats played at ${row.beatsAMinute} a minute`, row)),
        ...data.rates.map((row) => peaksRow(`at ${row.rate} Hz`, row)),
        peaksRow('inverted', data.inverted),
      ],
    ),
    `Tolerance 75 ms; first leads of ${data.records.length} records (${data.records.join(', ')}) of the part \`${data.part}\`. The first row is for whole records, the others for ${seconds} s from second ${fromSeconds} on. ${data.caution}`,
    source('peaks', data, up),
  ].join('\n\n');
}

/** Gains and errors of every rung, each used alone for whole records. */
export function codec() {
  const { parameters, training } = manifest('codec');
  const { records, rungs } = training.selection;
  const rows = parameters.ladder
    .filter(({ name }) => rungs[name] !== undefined)
    .map(({ name, kind }) => {
      const of = rungs[name];
      const above = ['above005', 'above01', 'above025', 'above075'].map((key) => percent(of[key])).join(' / ');
      return [`\`${name}\``, kind, digits(of.payloadGainTotal, 1), digits(of.rhythmMean, 4), digits(of.peaksMean, 4), above]; // prettier-ignore
    });
  const head = [
    'rung',
    'kind',
    'total payload gain',
    'rhythm, nats',
    'peaks',
    'records above 0.05 / 0.1 / 0.25 / 0.75',
  ];
  return [
    table(head, rows),
    `Mean added errors over the ${records} records of the part \`selection\`, each coded entirely by that rung; the last column is the share of records whose added cross-entropy is above each bound.`,
    ...trainedThrough(training),
  ].join('\n\n');
}

export function predictor() {
  if (hasModel(DENSE)) return densePredictor();
  const { figures, choice } = manifest('codec').training.selection;
  const names = Object.keys(choice.rungs).filter((name) => figures[`${name}-rhythm`] !== undefined);
  const rows = names.map((name) => [`\`${name}\``, ...['rhythm', 'peaks'].map((task) => digits(figures[`${name}-${task}`], 3))]); // prettier-ignore
  return [table(['rung', 'rank correlation, rhythm', 'peaks'], rows), saidOf(choice)].join('\n\n');
}

/** How well the dense predictor ranks errors, and what its tau gives at the bounds for which it was chosen. */
function densePredictor() {
  const { ranks, choice, codec: learntOn, through } = manifest(DENSE).training;
  const { tau, records, trials, alone } = choice;
  const rows = Object.entries(ranks).map(([name, { rhythm, peaks }]) => [`\`${name}\``, digits(rhythm, 3), digits(peaks, 3)]); // prettier-ignore
  const bounds = trials.map((own, i) => [
    String(own.rhythmBound),
    digits(own.payloadGainTotal, 1),
    percent(own.violations),
    percent(own.rungs.lossless),
    String(alone[i].tau),
    digits(alone[i].payloadGainTotal, 1),
  ]);
  return [
    ...warningOf(
      { codec: learntOn, ...through },
      'Trained with',
      'It predicts the errors under the models of that time',
    ),
    table(['rung', 'rank correlation, rhythm', 'peaks'], rows),
    `A predicted error may be at most tau = ${tau} times its bound: the largest tau with which at most 1% of the ${records} validation records exceed a bound, at every rhythm bound below (peaks 0.1, no PRDN bound). This is a choice made on these records, not a certificate:`,
    table(
      ['rhythm bound', 'total payload gain', 'records above a bound', 'windows sent losslessly', 'tau for this bound alone', 'payload gain with it'], // prettier-ignore
      bounds,
    ),
  ].join('\n\n');
}
