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
    ? `${identity(DENSE, "The manifest's SHA-256 stands in certificates of the dense predictor; no frame carries it.")()}\n\n${denseMemory()}`
    : "There is none: the codec's own predictor serves.";

const DENSE = 'codec/dense';

/** Records of each part of a split, and what they served. */
function servedBy(split, uses) {
  const parts = partsOf(split);
  const rows = Object.entries(uses).map(([part, use]) => [`\`${part}\``, digits(parts.get(part), 0), use]);
  return table(['part', 'records', 'served'], rows);
}

export function rhythmData() {
  const { records, teachers = [], from, codec } = manifest('rhythm').training;
  const served = servedBy('cinc2017', {
    train: `the weights (${records} of them: the others are too short)`,
    selection:
      'what was watched in training, the temperature of the probabilities, the scale of the input, the share of the last training that is kept, and the predictors of the codec',
    calibration: 'nothing of this model; the certificates of the codec were tested on it',
    test: 'the figures below, those of the lossless rung and of compression; no training, but it was looked at more than once',
  });
  const robust = from && `It goes on from the classifier ${from.slice(0, 8)}, made robust against the codec ${codec.slice(0, 8)}.`; // prettier-ignore
  return [served, [taughtBy(teachers), ...(robust ? [robust] : [])].join(' ')].join('\n\n');
}

/** Where the classifier's targets come from besides the labels. */
function taughtBy(teachers) {
  const hashes = teachers.map((hash) => hash.slice(0, 8)).join(', ');
  if (teachers.length === 0) return 'Not distilled: its targets are the labels alone.';
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
      ['figure', 'whole records', 'as the live stream says it'],
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
    'By class, whole records (rows of the right half: the label; columns: what was said):',
    table(
      ['class', 'records', 'precision', 'recall', 'F1', ...names.map((name) => `said ${name}`)],
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

/** What is left where a record is short. */
function shortRecords({ scores, short }) {
  if (short === undefined) return [];
  const row = (what, of) => [
    what,
    ...['stepAccuracy', 'f1MeanNAO'].map((key) => withInterval(of[key], of.ci95[key], 3)),
    digits(of.ece, 3),
  ];
  return [
    `Short records: the same ${short.scores.records} records, of which the classifier sees the first ${short.seconds} s; the label stays that of the whole one. The live stream says 'not enough signal' there.`,
    table(
      ['records', 'accuracy of steps', 'mean F1 of N, A, O', 'expected calibration error'],
      [row('whole', scores), row(`first ${short.seconds} s`, short.scores)],
    ),
  ];
}

export const peaksData = () =>
  servedBy('mitdb', {
    train: 'the weights, both leads',
    selection: 'what was watched in training, and the figures below, first leads; parts of some are in samples/',
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
        peaksRow('whole records as they are', data.clean),
        ...stress,
        ...data.interferences.map((row) => peaksRow(row.interference, row)),
        ...data.paces.map((row) => peaksRow(`the beats played at ${row.beatsAMinute} a minute`, row)),
        ...data.rates.map((row) => peaksRow(`at ${row.rate} Hz`, row)),
        peaksRow('inverted', data.inverted),
      ],
    ),
    `Within 75 ms, first leads of ${data.records.length} records (${data.records.join(', ')}), part \`${data.part}\`. The first row is of whole records, the others of ${seconds} s from second ${fromSeconds} on. ${data.caution}`,
    source('peaks', data, up),
  ].join('\n\n');
}

/** Every rung over whole records that go by it alone. */
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
    `Means of the added errors over the ${records} records of the part \`selection\`, each sent by that rung alone; the last column counts added cross-entropy.`,
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

/** How well the dense predictor ranks errors, and what its tau gives at the bounds that it was chosen for. */
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
    ...warningOf({ codec: learntOn, ...through }, 'Learnt with', 'It predicts the errors of that one'),
    table(['rung', 'rank correlation, rhythm', 'peaks'], rows),
    `A predicted error may reach tau = ${tau} of its bound: the largest with which at most 1% of the ${records} validation records exceed a bound, at every rhythm bound below (peaks 0.1, PRDN free). A choice made on these records, not a certificate:`,
    table(
      ['rhythm bound', 'total payload gain', 'records above', 'windows sent losslessly', 'tau for this bound alone', 'its gain'], // prettier-ignore
      bounds,
    ),
  ].join('\n\n');
}
