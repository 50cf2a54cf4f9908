/** Every method of compression on the test part of the split: `node bench/run.mjs compression CINC_FOLDER`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeResult } from './result.js';

/** The paper's bound and the tight one first. */
const BOUNDS = ['0.1', '0.75', '0.25'] as const;
const [cinc] = process.argv.slice(2);
if (cinc === undefined) throw new Error('usage: node bench/run.mjs compression CINC_FOLDER');
const lines = (path: string): string[] => readFileSync(path, 'utf8').split('\n');
const test = new Set(
  lines('models/splits/cinc2017.csv').flatMap((line) => (line.endsWith(',test') ? [line.split(',')[0]] : [])),
);
const folder = mkdtempSync(join(tmpdir(), 'dynamic-deep-bench-'));
const labels = join(folder, 'labels.csv');
writeFileSync(
  labels,
  lines(join(cinc, 'REFERENCE-v3.csv'))
    .filter((line) => test.has(line.split(',')[0]))
    .join('\n'),
);
const started = Date.now();
const scores: object[] = [];
for (const bound of BOUNDS) {
  const json = join(folder, `${bound}.json`);
  const command = ['bin/dynamic-deep.js', 'evaluate', 'compression', '--records', cinc, '--labels', labels];
  const run = spawnSync(process.execPath, [...command, '--bound', bound, '--json', json], { stdio: 'inherit' });
  if (run.status !== 0) process.exit(run.status ?? 1);
  scores.push(JSON.parse(readFileSync(json, 'utf8')) as object);
  // What is there is kept, should a later one not end.
  writeResult('compression', { part: 'test', seconds: Math.round((Date.now() - started) / 1000), scores });
}
