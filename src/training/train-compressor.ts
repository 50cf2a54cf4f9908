/** `train compressor`: the paper's first two phases. Phase 1 alone gives the autoencoder with which the paper compares. */
import { join } from 'node:path';
import { RECORD } from '../lib/signal/grid.js';
import { buildNetworks, listNetworks, writeTrained } from './compressor.js';
import { fineTune, reconstruct, WEIGHTS } from './compressor-phases.js';
import { loadCinc, type CincRecord } from './data/cinc.js';
import { loadTasks } from './frozen-tasks.js';
import { origin } from './origin.js';
import { writePaperModel } from './paper-model.js';
import { readSplit, recordsOf, type Part } from './split.js';
import { weightsHash } from './weights-hash.js';

export interface TrainCompressorOptions {
  readonly mitdb: string;
  readonly mitdbSplit: string;
  readonly cinc: string;
  readonly cincLabels: string;
  readonly cincSplit: string;
  readonly models: string;
  readonly work: string;
  readonly reconstructionSteps: number;
  readonly fineTuneSteps: number;
  readonly seed: number;
}

/** The first records of the selection part, which show the progress of phase 2. */
const WATCHED_RECORDS = 16;

/** Writes `models`/cae after phase 1, and leaves the networks of both phases in `work`/trained for the third. */
export async function trainCompressor(options: TrainCompressorOptions): Promise<void> {
  const { models, work, seed, reconstructionSteps, fineTuneSteps } = options;
  const started = Date.now();
  const networks = buildNetworks();
  const phase1 = await reconstruct(networks, { ...options, work: join(work, 'phase1'), steps: reconstructionSteps });
  const parts = await readSplit(options.cincSplit);
  const load = async (part: Part): Promise<CincRecord[]> => {
    const all = await loadCinc(options.cinc, options.cincLabels, recordsOf(parts, part));
    return all.filter(({ samples }) => samples.length >= RECORD);
  };
  const records = await load('train');
  const data = 'MIT-BIH Arrhythmia Database, part "train" of models/splits/mitdb.csv';
  await writePaperModel({ models, name: 'cae' }, networks, {
    records,
    seed,
    tau: 0,
    predictors: {},
    training: { ...origin(options, started), data, reconstructionSteps, selection: phase1 },
  });
  const tasks = await loadTasks(models);
  const watched = await fineTune(networks, {
    records,
    tasks,
    weights: WEIGHTS,
    against: 'label',
    work: join(work, 'phase2'),
    steps: fineTuneSteps,
    seed,
    from: { phase1: weightsHash(listNetworks(networks)) },
    watched: (await load('selection')).slice(0, WATCHED_RECORDS),
  });
  await writeTrained(work, networks, {
    ...origin(options, started),
    data: `phase 1: ${data}; phases 2 and 3: PhysioNet/CinC Challenge 2017, parts "train" and "selection" of models/splits/cinc2017.csv`,
    reconstructionSteps,
    fineTuneSteps,
    weights: WEIGHTS,
    watched,
    through: tasks.hashes,
  });
}
