/**
 * Sweeps the weights of eq. (3): for each setting a short second phase from the weights of models/cae, then reconstruction
 * and task errors over validation records, and their rank correlation.
 * `node bench/run.mjs paper-weights CINC_FOLDER [STEPS]`
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { HEADS } from '../src/lib/codec/latents.js';
import { RECORD } from '../src/lib/signal/grid.js';
import { fineTune, WEIGHTS } from '../src/training/compressor-phases.js';
import { loadNetworks, type PaperNetworks } from '../src/training/compressor.js';
import { loadCinc, type CincRecord } from '../src/training/data/cinc.js';
import { loadTasks } from '../src/training/frozen-tasks.js';
import { collectErrors, headFigures } from '../src/training/paper-errors.js';
import { readSplit, recordsOf, type Part } from '../src/training/split.js';
import { writeResult } from './result.js';

/** The last records of the part `selection`: nothing was fitted to them. */
const RECORDS = 60;
const SEED = 1;
const times = (factor: number) => ({
  reconstruction: WEIGHTS.reconstruction,
  rhythm: factor * WEIGHTS.rhythm,
  peaks: factor * WEIGHTS.peaks,
});
const SETTINGS = [
  { weights: times(0), against: 'label' },
  { weights: times(1), against: 'label' },
  { weights: times(4), against: 'label' },
  { weights: times(1), against: 'original' },
] as const;

const [cinc, steps = '60'] = process.argv.slice(2);
if (cinc === undefined) throw new Error('usage: node bench/run.mjs paper-weights CINC_FOLDER [STEPS]');
const started = performance.now();
const parts = await readSplit('models/splits/cinc2017.csv');
const load = async (part: Part): Promise<CincRecord[]> =>
  (await loadCinc(cinc, join(cinc, 'REFERENCE-v3.csv'), recordsOf(parts, part))).filter(
    ({ samples }) => samples.length >= RECORD,
  );
const records = await load('train');
const validation = (await load('selection')).slice(-RECORDS);
const tasks = await loadTasks('models');

function figures(networks: PaperNetworks) {
  const errors = collectErrors(validation, networks, tasks);
  return Object.fromEntries(
    HEADS.map((head) => {
      const own = Object.entries(headFigures(errors[head]));
      return [head, Object.fromEntries(own.map(([name, value]) => [name, Number(value.toPrecision(4))]))];
    }),
  );
}

const cae = await loadNetworks('models/cae');
const rows: object[] = [{ setting: 'phase 1 alone', heads: figures(cae.networks) }];
for (const { weights, against } of SETTINGS) {
  const { networks } = await loadNetworks('models/cae');
  const work = join('.cache', 'paper-weights', `${against}-${weights.rhythm}`);
  const setting = { records, tasks, weights, against, work, steps: Number(steps), seed: SEED, watched: [] };
  await fineTune(networks, { ...setting, from: { cae: cae.hash, tasks: tasks.hashes } });
  rows.push({ setting: 'swept', weights, against, heads: figures(networks) });
  rmSync(work, { recursive: true });
}
writeResult('paper-weights', {
  part: 'selection',
  records: validation.length,
  steps: Number(steps),
  seconds: Math.round((performance.now() - started) / 1000),
  models: { cae: cae.hash, ...tasks.hashes },
  rows,
});
