/**
 * Plays unseen records through the real chain (broker, edge, decoder, tasks), every one audited, under three bounds. Reports
 * what was certified, what was measured, the gains, and whether the services' own estimates agree with a recount from the
 * topics. `node bench/run.mjs audits CINC_FOLDER --records N [--work DIR]`; a bound already finished in DIR is not played again.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { playBound, type BoundResult } from './audits/play.js';
import { writeResult } from './result.js';

const BOUNDS = [0.1, 0.25, 0.75];
/** Records that calibration has seen come last: only codec, tasks and predictor have not seen them. */
const PARTS = ['test', 'calibration'];

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { records: { type: 'string', default: '500' }, work: { type: 'string' } },
});
const [folder] = positionals;
const wanted = Number(values.records);
if (folder === undefined || !(wanted >= 1)) {
  throw new Error('usage: node bench/run.mjs audits CINC_FOLDER --records N [--work DIR]');
}
const split = readFileSync('models/splits/cinc2017.csv', 'utf8')
  .split('\n')
  .map((line) => line.trim().split(','));
const ordered = PARTS.flatMap((part) => split.filter((row) => row[1] === part).map(([name = '']) => ({ name, part })));
const records = ordered.slice(0, wanted);
if (records.length < wanted) throw new Error(`only ${records.length} records are unseen`);

const work = values.work === undefined ? mkdtempSync(join(tmpdir(), 'dynamic-deep-audits-')) : resolve(values.work);
mkdirSync(work, { recursive: true });
console.log(`${records.length} records, bounds ${BOUNDS.join(', ')}; what is finished is kept in ${work}`);
const bounds: BoundResult[] = [];
for (const rhythm of BOUNDS) {
  const file = join(work, `audits-${rhythm}-${records.length}.json`);
  if (!existsSync(file)) {
    const result = await playBound(rhythm, { folder: resolve(folder), records, logs: work, say: console.log });
    writeFileSync(file, JSON.stringify(result));
  }
  const result = JSON.parse(readFileSync(file, 'utf8')) as BoundResult;
  const { measured, agrees } = result;
  console.log(
    `bound ${rhythm}: ${measured.violated} of ${measured.records} above it; the metrics ${agrees ? 'agree' : 'DO NOT AGREE'} with the recount`,
  );
  bounds.push(result);
}
const parts = PARTS.map((part): [string, number] => [part, records.filter((own) => own.part === part).length]);
writeResult('audits', { records: { n: records.length, ...Object.fromEntries<number>(parts) }, bounds });
if (!bounds.every(({ agrees }) => agrees)) process.exitCode = 1;
