import { z } from 'zod';
import { boundOptions, edgeBoundOptions, SHIPPED_BOUNDS } from '../lib/runtime/bound-options.js';
import { defineOptions, option, type OptionsOf } from '../lib/runtime/options.js';

const folder = z.string().min(1);
const steps = z.int().min(1).max(10_000_000);

const cinc = {
  cinc: option(folder, { help: 'Folder of the PhysioNet/CinC Challenge 2017 training set (WFDB records)' }),
  cincLabels: option(folder.optional(), {
    help: 'Labels, lines `name,label`; REFERENCE-v3.csv in that folder by default',
  }),
  cincSplit: option(folder, { help: 'Split, lines `name,part`', default: 'models/splits/cinc2017.csv' }),
};
const mitdb = {
  mitdb: option(folder, { help: 'Folder of the MIT-BIH Arrhythmia Database (WFDB records)' }),
  mitdbSplit: option(folder, { help: 'Split by patient, lines `name,part`', default: 'models/splits/mitdb.csv' }),
};
const common = {
  models: option(folder, {
    help: 'Folder that the model is written to, and frozen ones are read from',
    default: 'models',
  }),
  seed: option(z.int().min(0), {
    help: 'Seed of batches and augmentation; weights and dropout are drawn anew',
    default: 1,
  }),
};
const work = (name: string) => ({
  work: option(folder, {
    help: 'Folder of checkpoint and history; a run that finds a checkpoint goes on from it',
    default: `.cache/training/${name}`,
  }),
});

const share = (standard: number) => ({
  share: option(z.number().gt(0).lte(1), {
    help: 'With --from: share of the trained weights in what is left, the rest those that it began with',
    default: standard,
  }),
});

function strayShare(from: string | undefined, given: number, standard: number | undefined): string[] {
  return from === undefined && given !== standard ? ['--share needs --from'] : [];
}

const nstdb = {
  nstdb: option(folder, { help: 'Folder of the MIT-BIH Noise Stress Test Database (bw, ma)' }),
};

export const rhythmTraining = defineOptions({
  ...cinc,
  ...nstdb,
  ...common,
  ...work('rhythm'),
  epochs: option(z.int().min(1).max(1000), { help: 'Passes over the training records', default: 12 }),
  teachers: option(z.array(z.string()), {
    help: 'Models folders whose rhythm classifiers are distilled into the new one, half labels, half their mean',
    default: [],
  }),
  from: option(folder.optional(), {
    help: 'Models folder to go on from: its classifier learns to say the same of a signal and of what the codec of --models makes of it. A new one by default',
    allowed: 'a folder',
  }),
  ...share(0.4),
  decodedFrom: option(z.int().min(1).max(1000).optional(), {
    help: 'Without --from: epoch from which on every signal is heard as the codec of --models sends it, too. Never by default',
    allowed: '1 to --epochs',
  }),
});
export type RhythmTraining = OptionsOf<typeof rhythmTraining>;

/** Checks options that belong only to a training that continues another one, or only to one from new weights. */
export function checkRhythmTraining({ from, share, decodedFrom, epochs }: RhythmTraining): string[] {
  const stray = strayShare(from, share, rhythmTraining.share.default);
  if (stray.length > 0) return stray;
  if (decodedFrom === undefined) return [];
  if (from !== undefined)
    return ['--decoded-from is for a training without --from, which hears decoded signals from its begin on'];
  return decodedFrom > epochs ? [`--decoded-from ${decodedFrom} is behind the last epoch, ${epochs}`] : [];
}

export const peaksTraining = defineOptions({
  ...mitdb,
  ...nstdb,
  ...common,
  ...work('peaks'),
  steps: option(steps, { help: 'Batches of 24 windows', default: 1400 }),
  from: option(folder.optional(), {
    help: 'Models folder whose RPnet the training goes on from, at a third of the rate, and is taught by. A new one by default',
    allowed: 'a folder',
  }),
  ...share(1),
  averagedWith: option(folder.optional(), {
    help: 'With --from: models folder that another training from the same one left; the mean of both is what --share counts as trained. None by default',
    allowed: 'a folder',
  }),
  codec: option(folder.optional(), {
    help: 'Models folder whose codec sends some of the windows: RPnet learns to invent no beats in them. None by default',
    allowed: 'a folder',
  }),
});
export type PeaksTraining = OptionsOf<typeof peaksTraining>;

export function checkPeaksTraining({ from, share, averagedWith }: PeaksTraining): string[] {
  const stray = strayShare(from, share, peaksTraining.share.default);
  if (from === undefined && averagedWith !== undefined) stray.push('--averaged-with needs --from');
  return stray;
}

export const pvcTraining = defineOptions({
  ...mitdb,
  ...work('pvc'),
  out: option(folder, {
    help: 'Folder of the task; its task.json says how long a row is',
    default: 'examples/tasks/pvc',
  }),
  json: option(z.string().min(1), { help: 'File that the scores on held-out patients are written to' }),
  seed: option(z.int().min(0), { help: 'Seed of weights, batches and augmentation', default: 1 }),
  steps: option(steps, { help: 'Batches of 128 beats', default: 1500 }),
});
export type PvcTraining = OptionsOf<typeof pvcTraining>;

export const compressorTraining = defineOptions({
  ...mitdb,
  ...cinc,
  ...common,
  ...work('codec'),
  reconstructionSteps: option(steps, { help: 'Batches of 16 windows of phase 1 (reconstruction)', default: 1600 }),
  fineTuneSteps: option(steps, { help: 'Batches of 4 records of phase 2 (through the frozen tasks)', default: 1600 }),
});
export type CompressorTraining = OptionsOf<typeof compressorTraining>;

export const neuralTraining = defineOptions({
  ...mitdb,
  ...cinc,
  ...common,
  ...work('neural'),
  tasks: option(z.array(folder), {
    help: 'Folders of tasks of your own that the codec is trained through too: tfjs layers models at 300 Hz (docs/own-tasks.md)',
    default: [],
  }),
  steps: option(steps, { help: 'Batches of 8 records; the frozen tasks join after 30% of them', default: 2400 }),
});
export type NeuralTraining = OptionsOf<typeof neuralTraining>;

export const predictorTraining = defineOptions({
  ...cinc,
  ...common,
  ...work('codec'),
  steps: option(steps, { help: 'Batches of 256 windows of phase 3', default: 600 }),
});
export type PredictorTraining = OptionsOf<typeof predictorTraining>;

export const ladderTraining = defineOptions({
  ...cinc,
  ...common,
  ...work('neural'),
  steps: option(steps, { help: 'Batches of 256 windows for the dense predictor', default: 1000 }),
  keep: option(z.boolean(), {
    help: 'Keep the networks of the codec that is there; make its tables anew, and what hangs on the tasks',
    default: false,
  }),
});
export type LadderTraining = OptionsOf<typeof ladderTraining>;

export const denseTraining = defineOptions({
  ...cinc,
  ...common,
  ...work('dense'),
  steps: option(steps, {
    help: 'Batches for the student (16 records) and for the errors (256 windows)',
    default: 2000,
  }),
});
export type DenseTraining = OptionsOf<typeof denseTraining>;

export const referenceOptions = defineOptions({
  records: option(folder, { help: 'Folder of WFDB records; all whole windows of the first lead of each count' }),
  split: option(z.string().min(1).optional(), {
    help: 'Split, lines `name,part`: its part `train` counts. All records of the folder by default',
    allowed: 'a file',
  }),
  models: option(folder, { help: 'Folder of the models whose encoder sees the windows', default: 'models' }),
  out: option(z.string().min(1).optional(), {
    help: 'File that the reference is written to; reference.json of the codec by default',
    allowed: 'a file',
  }),
});
export type ReferenceOptions = OptionsOf<typeof referenceOptions>;

export const splitOptions = defineOptions({
  ...cinc,
  ...mitdb,
  seed: option(z.int().min(0), { help: 'Seed of the draw; 2017 made the committed splits', default: 2017 }),
});
export type SplitOptions = OptionsOf<typeof splitOptions>;

const evaluation = {
  records: option(folder, { help: 'Folder of WFDB records' }),
  json: option(z.string().min(1), { help: 'File that the scores are written to' }),
  models: option(folder.optional(), {
    help: 'Folder of the models; those that ship with the program by default',
    allowed: 'a folder',
  }),
};

export const rhythmEvaluation = defineOptions({
  ...evaluation,
  labels: option(z.string().min(1), { help: 'Labels, lines `name,label` with N, A, O or ~' }),
});
export type RhythmEvaluationOptions = OptionsOf<typeof rhythmEvaluation>;

export const peaksEvaluation = defineOptions({
  ...evaluation,
  lead: option(z.string().min(1).optional(), {
    help: 'Name of the lead to score; the first of each record that is a voltage by default',
  }),
});
export type PeaksEvaluationOptions = OptionsOf<typeof peaksEvaluation>;

export const compressionEvaluation = defineOptions({
  ...evaluation,
  labels: option(z.string().min(1), { help: 'Labels, lines `name,label` with N, A, O or ~' }),
  bound: option(z.number().positive(), {
    help: "Rhythm bound: added cross-entropy over a record; for the paper's methods cross-entropy against the label",
    unit: 'nats',
  }),
  peaksBound: option(z.number().positive(), { help: boundOptions.peaksBound.help, default: SHIPPED_BOUNDS.peaks }),
  prdnBound: option(z.number().positive(), {
    help: 'Largest PRDN of a window in `ladder-default`; the other methods have no such bound. 1000 leaves it free',
    unit: '%',
    default: SHIPPED_BOUNDS.reconstruction,
  }),
  bounds: option(z.array(z.number().positive()).optional(), {
    help: 'Rhythm bounds of the curves; the bound of peaks moves in proportion. None by default',
    unit: 'nats',
  }),
  html: option(z.string().min(1).optional(), {
    help: 'File that the report is written to: one page with tables and plots, for any browser without a network',
    allowed: 'a file',
  }),
});
export type CompressionEvaluationOptions = OptionsOf<typeof compressionEvaluation>;

export const alarmsEvaluation = defineOptions({
  records: option(folder.optional(), {
    help: 'Folder of WFDB records with beat annotations (.atr): recordings with known onsets are composed of them',
    allowed: 'a folder',
  }),
  composed: option(folder.optional(), {
    help: 'Folder of composed recordings with their onsets.json, scored instead',
    allowed: 'a folder',
  }),
  keep: option(folder.optional(), {
    help: 'Folder that the composed recordings are written to, as WFDB with onsets.json',
    allowed: 'a folder',
  }),
  json: evaluation.json,
  models: evaluation.models,
  seed: option(z.int().min(0), { help: 'Seed of excerpts, events and noise', default: 1 }),
  recordings: option(z.int().min(1).max(10_000), { help: 'Recordings to compose', default: 10 }),
  minutes: option(z.number().min(2).max(60), { help: 'Length of a composed recording', unit: 'minutes', default: 5 }),
  untouchedMinutes: option(z.number().min(0).max(100_000), {
    help: 'Signal of the records as they are in which alarms are counted, in excerpts of at least 5 minutes; 0 for none',
    unit: 'minutes',
    default: 30,
  }),
  ...edgeBoundOptions,
});
export type AlarmsEvaluationOptions = OptionsOf<typeof alarmsEvaluation>;

/** Conflicts between the options, one line each. */
export function checkAlarmsEvaluation({ records, composed, keep }: AlarmsEvaluationOptions): string[] {
  const mistakes: string[] = [];
  if ((records === undefined) === (composed === undefined)) mistakes.push('either --records or --composed is needed');
  if (keep !== undefined && records === undefined) mistakes.push('--keep writes what is composed of --records');
  return mistakes;
}
