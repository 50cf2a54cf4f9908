/** The README's demo run, from start to exit: `node bench/run.mjs demo`. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeResult } from './result.js';

const options = ['--beds', '8', '--seconds', '240', '--speed', '4'];
const json = join(mkdtempSync(join(tmpdir(), 'dynamic-deep-bench-')), 'demo.json');
const started = performance.now();
const run = spawnSync(process.execPath, ['bin/dynamic-deep.js', 'demo', ...options, '--json', json], {
  stdio: ['ignore', 'ignore', 'inherit'],
});
if (run.status !== 0) process.exit(run.status ?? 1);
writeResult('demo', {
  command: `npm run demo -- ${options.join(' ')}`,
  wallSeconds: Math.round((performance.now() - started) / 1000),
  summary: JSON.parse(readFileSync(json, 'utf8')) as object,
});
