/** The shipped classifier on the test part of the split: `node bench/run.mjs rhythm CINC_FOLDER`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeResult } from './result.js';

const [cinc] = process.argv.slice(2);
if (cinc === undefined) throw new Error('usage: node bench/run.mjs rhythm CINC_FOLDER');
const lines = (path: string): string[] => readFileSync(path, 'utf8').split('\n');
const test = new Set(
  lines('models/splits/cinc2017.csv').flatMap((line) => (line.endsWith(',test') ? [line.split(',')[0]] : [])),
);
const folder = mkdtempSync(join(tmpdir(), 'dynamic-deep-bench-'));
const [labels, json] = [join(folder, 'labels.csv'), join(folder, 'rhythm.json')];
writeFileSync(
  labels,
  lines(join(cinc, 'REFERENCE-v3.csv'))
    .filter((line) => test.has(line.split(',')[0]))
    .join('\n'),
);
const command = ['bin/dynamic-deep.js', 'evaluate', 'rhythm', '--records', cinc, '--labels', labels, '--json', json];
const run = spawnSync(process.execPath, command, { stdio: 'inherit' });
if (run.status !== 0) process.exit(run.status ?? 1);
writeResult('rhythm', { part: 'test', scores: JSON.parse(readFileSync(json, 'utf8')) as object });
