/**
 * Evaluates every compression method on the test part of the split:
 * `node bench/run.mjs compression CINC_FOLDER [BOUND...]`. The result keeps its scores at other bounds by the same models.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeResult } from './result.js';
import { partLabels } from './validation.js';

/** The paper's bound and the tight one first. */
const BOUNDS = ['0.1', '0.75', '0.25', '0.5'];
const [cinc, ...asked] = process.argv.slice(2);
if (cinc === undefined) throw new Error('usage: node bench/run.mjs compression CINC_FOLDER [BOUND...]');
const folder = mkdtempSync(join(tmpdir(), 'dynamic-deep-bench-'));
const labels = partLabels(cinc, 'test');

interface Score {
  readonly bound: number;
  readonly models: unknown;
  readonly seconds: number;
}

/** The new score and those kept, in the order of `BOUNDS`. */
function withOthers(score: Score): Score[] {
  const { scores } = JSON.parse(readFileSync('bench/results/compression.json', 'utf8')) as { scores: Score[] };
  const same = scores.filter(({ bound, models }) => bound !== score.bound && isDeepStrictEqual(models, score.models));
  const place = ({ bound }: Score): number => BOUNDS.indexOf(String(bound));
  return [...same, score].sort((a, b) => place(a) - place(b));
}

for (const bound of asked.length > 0 ? asked : BOUNDS) {
  const started = Date.now();
  const json = join(folder, `${bound}.json`);
  const command = ['bin/dynamic-deep.js', 'evaluate', 'compression', '--records', cinc, '--labels', labels];
  const run = spawnSync(process.execPath, [...command, '--bound', bound, '--json', json], { stdio: 'inherit' });
  if (run.status !== 0) process.exit(run.status ?? 1);
  const measured = JSON.parse(readFileSync(json, 'utf8')) as Score;
  // Written after every bound, so that a later failure loses nothing.
  const score = { ...measured, seconds: Math.round((Date.now() - started) / 1000) };
  writeResult('compression', { part: 'test', scores: withOthers(score) });
}
