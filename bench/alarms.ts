/** The alarms on the selection part of the split by patient: `node bench/run.mjs alarms MITDB_FOLDER`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeResult } from './result.js';

const [mitdb] = process.argv.slice(2);
if (mitdb === undefined) throw new Error('usage: node bench/run.mjs alarms MITDB_FOLDER');
const selection = readFileSync('models/splits/mitdb.csv', 'utf8')
  .split('\n')
  .flatMap((line) => (line.endsWith(',selection') ? [line.split(',')[0] ?? ''] : []));
const folder = mkdtempSync(join(tmpdir(), 'dynamic-deep-bench-'));
for (const file of readdirSync(mitdb)) {
  if (selection.includes(file.split('.')[0] ?? '')) symlinkSync(resolve(mitdb, file), join(folder, file));
}
const json = join(folder, 'alarms.json');
const options = ['--seed', '1', '--recordings', '40', '--untouched-minutes', '90'];
const command = ['bin/dynamic-deep.js', 'evaluate', 'alarms', '--records', folder, '--json', json, ...options];
const run = spawnSync(process.execPath, command, { stdio: 'inherit' });
if (run.status !== 0) process.exit(run.status ?? 1);
writeResult('alarms', {
  part: 'selection',
  options: options.join(' '),
  scores: JSON.parse(readFileSync(json, 'utf8')) as object,
});
