/**
 * The curves of Fig. 4 and the quartiles of Fig. 3 on every fourth record of the part `test`, as data and as the page that
 * `evaluate compression --html` makes: `node bench/run.mjs compression-curves CINC_FOLDER`.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeResult } from './result.js';
import { partLabels } from './validation.js';

const EVERY = 4;
const BOUND = '0.1';
const BOUNDS = '0.05,0.1,0.25,0.5,0.75';

const [cinc] = process.argv.slice(2);
if (cinc === undefined) throw new Error('usage: node bench/run.mjs compression-curves CINC_FOLDER');
const json = join(mkdtempSync(join(tmpdir(), 'dynamic-deep-bench-')), 'curves.json');
const started = Date.now();
const command = ['bin/dynamic-deep.js', 'evaluate', 'compression', '--records', cinc];
const options = ['--labels', partLabels(cinc, 'test', EVERY), '--bound', BOUND, '--bounds', BOUNDS];
const files = ['--json', json, '--html', 'bench/results/compression-curves.html'];
const run = spawnSync(process.execPath, [...command, ...options, ...files], { stdio: 'inherit' });
if (run.status !== 0) process.exit(run.status ?? 1);
writeResult('compression-curves', {
  part: 'every fourth record of the part test',
  seconds: Math.round((Date.now() - started) / 1000),
  ...(JSON.parse(readFileSync(json, 'utf8')) as object),
});
