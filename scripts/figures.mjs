#!/usr/bin/env node
// Writes the figures between `<!-- figures:NAME -->` and `<!-- /figures -->` from committed results and manifests.
// `--check` compares instead, and fails where a document differs.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const ROOT = new URL('../', import.meta.url);
const DOCUMENTS = ['README.md', 'models/README.md'];

const read = (path) => JSON.parse(readFileSync(new URL(path, ROOT), 'utf8'));
const result = (name) => {
  const path = `bench/results/${name}.json`;
  return existsSync(new URL(path, ROOT)) ? read(path) : undefined;
};
const manifest = (name) => read(`models/${name}/manifest.json`);
const percent = (share) => `${(100 * share).toFixed(1)}%`;
const kib = (bytes) => `${(bytes / 1024).toFixed(0)} KiB`;
const source = (name, { machine, commit }) =>
  `_[bench/results/${name}.json](bench/results/${name}.json): ${machine.cores} cores of ${machine.cpu}, Node ${machine.node.slice(1)}, commit ${commit.slice(0, 7)}._`;

function table(head, rows) {
  // Columns are padded as Prettier pads them, so that both agree on the document.
  const widths = head.map((_, i) => Math.max(3, ...[head, ...rows].map((cells) => cells[i].length)));
  const line = (cells) => `| ${cells.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}

const BLOCKS = {
  setup() {
    const data = result('setup');
    if (data === undefined) return 'The set-up has not been timed yet.';
    return `First set-up, empty caches, downloads included: ${data.firstSeconds} s. Second, nothing to do: ${data.secondSeconds} s.\n\n${source('setup', data)}`;
  },
  demo() {
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
          ['mean element gain (the paper counts so)', gain.elementMean.toFixed(2)],
          ['violations of audited records', `${audits.violations} of ${audits.records}`],
          ['latency, last sample to result (50%, 99%)', `${latencyMs.p50} ms, ${latencyMs.p99} ms`],
          ['wall time, start to exit', `${data.wallSeconds} s`],
        ],
      ),
      source('demo', data),
    ].join('\n\n');
  },
  lossless() {
    const data = result('lossless');
    if (data === undefined) return 'The lossless rung has not been measured yet.';
    const rows = data.sets.map(({ name, records, lossless, totalGainOfOthers: o }) => [
      `${name} (${records.length} records)`,
      `**${lossless.totalGain.toFixed(2)}**`,
      ...['gzipFile', 'zstdFile', 'xzFile', 'flacFile'].map((key) => (o[key] === undefined ? '–' : o[key].toFixed(2))),
    ]);
    return [
      'Lossless rung, total payload gain over int16; ours in windows that stand alone, the others over whole leads:',
      table(['records', 'lossless', 'gzip', 'zstd -19', 'xz -9', 'FLAC -8'], rows),
      source('lossless', data),
    ].join('\n\n');
  },
  models() {
    const selected = manifest('rhythm').training.validation;
    const { scores } = result('rhythm');
    const peaks = manifest('peaks').training.validation;
    const { ladder } = manifest('codec').parameters;
    const bytes = ['encoder', 'predictor32', 'predictor64'].reduce(
      (n, k) => n + manifest('codec').networks[k].bytes,
      0,
    );
    const said = ({ stepAccuracy, f1MeanNAO }) =>
      `step accuracy ${percent(stepAccuracy)}, mean F1 of N, A, O ${f1MeanNAO.toFixed(3)}`;
    const interval = ([low, high]) => `${low.toFixed(3)} to ${high.toFixed(3)}`;
    return table(
      ['part', 'figure', 'on'],
      [
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
          `F1 ${peaks.f1.toFixed(4)} within 75 ms`,
          `${peaks.records} MIT-BIH records of the selection part, first lead`,
        ],
        [
          'edge networks',
          kib(bytes),
          `rungs ${ladder.map(({ name }) => `\`${name}\``).join(', ')}; the paper allows 332 KB`,
        ],
      ],
    );
  },
  training() {
    const rows = ['rhythm', 'peaks', 'codec'].map((name) => {
      const { training, networks } = manifest(name);
      const size = Object.values(networks).reduce((sum, { bytes }) => sum + bytes, 0);
      const steps = training.records === undefined ? '' : `${training.records} records, `;
      return [
        `\`${name}\``,
        training.data,
        `${steps}seed ${training.seed}, ${training.minutes} min on ${training.machine}, ${training.date}`,
        kib(size),
      ];
    });
    return table(['model', 'data', 'training', 'size'], rows);
  },
  predictor() {
    const { selection } = manifest('codec').training;
    const rows = [32, 64].flatMap((head) =>
      ['rhythm', 'peaks'].map((task) => [
        `\`paper-${head}\``,
        task,
        selection[`${task}${head}Mean`].toFixed(4),
        selection[`${task}${head}Rank`].toFixed(3),
      ]),
    );
    const { tau, bounds, records, violations, lossy } = selection.choice;
    return [
      table(['rung', 'task', 'mean true error of a window', 'rank correlation of predicted and true error'], rows),
      `A predicted error may reach tau = ${tau} of its bound. On the ${records} validation records, at the default bounds (rhythm ${bounds[0]} nats, peaks ${bounds[1]}), ${percent(lossy)} of the windows then go lossily and ${percent(violations)} of the records exceed a bound: a choice made on these records, not a certificate.`,
    ].join('\n\n');
  },
};

/** Text with its blocks filled in. Throws on a block that nobody writes. */
function filled(text) {
  return text.replace(/<!-- figures:(\w+) -->[\s\S]*?<!-- \/figures -->/g, (_, name) => {
    const block = BLOCKS[name];
    if (block === undefined) throw new Error(`no figures named '${name}'`);
    return `<!-- figures:${name} -->\n\n${block()}\n\n<!-- /figures -->`;
  });
}

const stale = DOCUMENTS.filter((path) => {
  const url = new URL(path, ROOT);
  const before = readFileSync(url, 'utf8');
  const after = filled(before);
  if (!process.argv.includes('--check') && after !== before) writeFileSync(url, after);
  return after !== before;
});
if (process.argv.includes('--check') && stale.length > 0) {
  console.error(`figures differ in ${stale.join(', ')}: run node scripts/figures.mjs`);
  process.exitCode = 1;
}
