// Blocks of the README and of models/README.md.
import { digits, hasModel, interval, kib, manifest, percent, result, source, table, warningOf } from './material.mjs';

const bytesOf = (name) => Object.values(manifest(name).networks).reduce((sum, { bytes }) => sum + bytes, 0);

/** What the edge loads, by who chooses: bench/choosing measures the same bytes. */
function edgeNetworks() {
  const { networks, parameters } = manifest('codec');
  const { encoder, decoder, predictor } = networks;
  const dense = encoder.bytes + (hasModel('codec/dense') ? bytesOf('codec/dense') : predictor.bytes);
  const synthesis = encoder.bytes + decoder.bytes + bytesOf('rhythm') + bytesOf('peaks');
  const rungs = parameters.ladder.map(({ name }) => `\`${name}\``).join(', ');
  return [
    ['edge, encoder alone', kib(encoder.bytes), `rungs ${rungs}`],
    ['edge, encoder and dense predictor', kib(dense), 'what the paper allows 332 KB for; no decoder'],
    [
      'edge, `--predictor dense`',
      kib(dense + decoder.bytes),
      'loaded: these two and the decoder, which a bound on PRDN needs',
    ],
    [
      'edge, `--predictor synthesis` (default)',
      `${digits(synthesis / 2 ** 20, 2)} MiB`,
      'loaded: encoder, decoder, rhythm classifier and RPnet; more than the paper allows',
    ],
  ];
}

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
          'mean element gain (the paper counts so)',
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
    'Lossless rung, total payload gain over int16; ours in windows that stand alone, the others over whole leads:',
    table(['records', 'lossless', 'gzip', 'zstd -19', 'xz -9', 'FLAC -8'], rows),
    source('lossless', data, up),
  ].join('\n\n');
}

export function models() {
  const selected = manifest('rhythm').training.validation;
  const { scores } = result('rhythm');
  const peaks = manifest('peaks').training.validation;
  const said = ({ stepAccuracy, f1MeanNAO }) =>
    `step accuracy ${percent(stepAccuracy)}, mean F1 of N, A, O ${digits(f1MeanNAO, 3)}`;
  const rows = [
    [
      'rhythm classifier',
      said(scores),
      `${scores.records} CinC 2017 records of the part \`test\`, which no training and no choice has seen`,
    ],
    [
      '',
      `95% intervals ${interval(scores.ci95.stepAccuracy)} and ${interval(scores.ci95.f1MeanNAO)}`,
      'the same, bootstrap over records',
    ],
    ['as the live stream says it', said(scores.causal), 'the same, from 14 steps of context on'],
    ['rhythm classifier', said(selected), `${selected.records} records of the part \`selection\``],
    [
      'RPnet',
      `F1 ${digits(peaks.f1, 4)} within 75 ms`,
      `${peaks.records} MIT-BIH records of the selection part, first lead`,
    ],
    ...edgeNetworks(),
  ];
  return [table(['part', 'figure', 'on'], rows), ...warningOf({ rhythm: scores.model })].join('\n\n');
}

export function training() {
  const rows = ['rhythm', 'peaks', 'codec', 'paper', 'cae'].map((name) => {
    const { training: made } = manifest(name);
    const records = made.records === undefined ? '' : `${made.records} records, `;
    return [
      `\`${name}\``,
      made.data,
      `${records}seed ${made.seed}, ${made.minutes} min on ${made.machine}, ${made.date}`,
      kib(bytesOf(name)),
    ];
  });
  return table(['model', 'data', 'training', 'size'], rows);
}
