// Blocks of the README and of models/README.md.
import { readFileSync } from 'node:fs';
import { digits, interval, kilobytes, manifest, percent, result, ROOT, source, table, warningOf, withInterval } from './material.mjs'; // prettier-ignore
import { seenByRhythm } from './looks.mjs';
import { edgeMemory, memoryUnit } from './memory.mjs';

const bytesOf = (name) => Object.values(manifest(name).networks).reduce((sum, { bytes }) => sum + bytes, 0);

export function setup(up) {
  const data = result('setup');
  if (data === undefined) return 'The set-up has not been timed yet.';
  return `First set-up, empty caches, downloads included: ${data.firstSeconds} s. Second, nothing to do: ${data.secondSeconds} s.\n\n${source('setup', data, up)}`;
}

export function demo(up) {
  const data = result('demo');
  if (data === undefined) return 'The demo has not been measured yet.';
  const { windows, bytes, gain, audits, latencyMs } = data.summary;
  return [
    table(
      ['what', 'figure'],
      [
        ['windows sent / decoded / classified', `${windows.sent} / ${windows.decoded} / ${windows.classified}`],
        ['lost, duplicated', `${windows.lost}, ${windows.duplicated}`],
        ['bytes native / payload / wire', `${bytes.native} / ${bytes.payload} / ${bytes.wire}`],
        ['total wire gain, every record audited', gain.wireTotal.toFixed(2)],
        ['total payload gain', gain.payloadTotal.toFixed(2)],
        [
          'mean element gain (as the paper counts)',
          gain.elementMean?.toFixed(2) ?? 'none: only the paper’s rungs have a nominal gain',
        ],
        ['violations of audited records', `${audits.violations} of ${audits.records}`],
        ['latency, last sample to result (50%, 99%)', `${latencyMs.p50} ms, ${latencyMs.p99} ms`],
        ['wall time, start to exit', `${data.wallSeconds} s`],
      ],
    ),
    source('demo', data, up),
  ].join('\n\n');
}

export function lossless(up) {
  const data = result('lossless');
  if (data === undefined) return 'The lossless rung has not been measured yet.';
  const rows = data.sets.map(({ name, records, lossless: own, totalGainOfOthers: o }) => [
    `${name} (${records.length} records)`,
    `**${own.totalGain.toFixed(2)}**`,
    ...['gzipFile', 'zstdFile', 'xzFile', 'flacFile'].map((key) => (o[key] === undefined ? '–' : o[key].toFixed(2))),
  ]);
  return [
    'Total payload gain of lossless compression over int16. Ours codes each window independently, the others whole leads:',
    table(['records', 'lossless rung', 'gzip', 'zstd -19', 'xz -9', 'FLAC -8'], rows),
    source('lossless', data, up),
  ].join('\n\n');
}

export function models(up) {
  const selected = manifest('rhythm').training.validation;
  const { scores } = result('rhythm');
  const peaks = result('peaks');
  const { f1, ci95 } = peaks.clean.rpnet;
  const said = ({ stepAccuracy, f1MeanNAO }) =>
    `step accuracy ${percent(stepAccuracy)}, mean F1 of N, A, O ${digits(f1MeanNAO, 3)}`;
  const rows = [
    [
      'rhythm classifier',
      said(scores),
      `${scores.records} CinC 2017 records of the part \`test\`: ${seenByRhythm(up)}`,
    ],
    [
      '',
      `95% intervals ${interval(scores.ci95.stepAccuracy)} and ${interval(scores.ci95.f1MeanNAO)}`,
      'the same, bootstrap over records',
    ],
    ['by the live protocol', said(scores.causal), 'the same, from 14 steps of context on'],
    ['rhythm classifier', said(selected), `${selected.records} records of the part \`selection\``],
    [
      'RPnet',
      `F1 ${withInterval(f1, ci95.f1, 4)} within 75 ms`,
      `${peaks.records.length} MIT-BIH records of the part \`${peaks.part}\`, first lead: never trained on, but watched in training`,
    ],
    ...edgeMemory(),
  ];
  return [
    table(['what', 'figure', 'details'], rows),
    memoryUnit(up),
    ...warningOf({ rhythm: scores.model, peaks: peaks.model }),
  ].join('\n\n');
}

export { testLooks } from './looks.mjs';

export function training() {
  const rows = ['rhythm', 'peaks', 'codec', 'paper', 'cae'].map((name) => {
    const { training: made } = manifest(name);
    const records = made.records === undefined ? '' : `${made.records} records, `;
    return [
      `\`${name}\``,
      made.data,
      `${records}seed ${made.seed}, ${made.minutes} min on ${made.machine}, ${made.date}`,
      kilobytes(bytesOf(name)),
    ];
  });
  return table(['model', 'data', 'training', 'files, 16 bits a number'], rows);
}

/** Delta of the certificate behind the default policy, and of all that ship: `calibrate` writes their sums (`spent`). */
export function delta() {
  const read = (path) => JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));
  const { policies, spent } = read('models/certificates.json');
  const { bounds, alpha } = read('policies/default.json');
  const said = (share) => `${Number(digits(100 * share, 3))}%`;
  const of = (predictor) => policies.filter((own) => own.predictor === predictor);
  const own = of('synthesis').find(
    (policy) => policy.alpha <= alpha && Object.entries(bounds).every(([task, bound]) => policy.bounds[task] === bound),
  );
  return [
    `The test behind the default policy has a level of ${said(own?.delta)}: the probability that its certificate is wrong, if nothing was chosen by looking at its records.`,
    `The levels of the ${of('synthesis').length} policies tested for the default predictor add up to ${said(spent.synthesis)}, those of the ${of('dense').length} policies tested for \`dense\` to another ${said(spent.dense)}:`,
    `if all policies had been fixed before anyone looked at the records, the probability that any certificate of the file is wrong would be at most ${said(spent.synthesis + spent.dense)}.`,
  ].join('\n');
}
