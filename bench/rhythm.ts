/** The shipped classifier on the test part of the split, whole and shortened: `node bench/run.mjs rhythm CINC_FOLDER`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readRecording, writeRecording } from '../src/lib/signal/wfdb/index.js';
import { writeResult } from './result.js';

/** Seconds of the shortest records of CinC 2017: 10 steps. */
const SHORT_S = 9;

const [cinc] = process.argv.slice(2);
if (cinc === undefined) throw new Error('usage: node bench/run.mjs rhythm CINC_FOLDER');
const lines = (path: string): string[] => readFileSync(path, 'utf8').split('\n');
const test = new Set(
  lines('models/splits/cinc2017.csv').flatMap((line) => (line.endsWith(',test') ? [line.split(',')[0]!] : [])),
);
const folder = mkdtempSync(join(tmpdir(), 'dynamic-deep-bench-'));
const labels = join(folder, 'labels.csv');
const labelled = lines(join(cinc, 'REFERENCE-v3.csv')).filter((line) => test.has(line.split(',')[0]!));
writeFileSync(labels, labelled.join('\n'));

const scores = evaluate(cinc, join(folder, 'whole.json'));
const cut = join(folder, 'short');
for (const name of test) {
  const { leads, rate } = await readRecording(join(cinc, name));
  const first = leads.map((lead) => ({ ...lead, samples: lead.samples.slice(0, SHORT_S * lead.rate) }));
  await writeRecording(cut, { name, rate, leads: first, warnings: [] });
}
writeResult('rhythm', {
  part: 'test',
  scores,
  // The first seconds of the records; the label is that of the whole record.
  short: { seconds: SHORT_S, scores: evaluate(cut, join(folder, 'short.json')) },
});

function evaluate(records: string, json: string): object {
  const command = ['bin/dynamic-deep.js', 'evaluate', 'rhythm', '--records', records, '--labels', labels];
  const run = spawnSync(process.execPath, [...command, '--json', json], { stdio: 'inherit' });
  if (run.status !== 0) process.exit(run.status ?? 1);
  return JSON.parse(readFileSync(json, 'utf8')) as object;
}
