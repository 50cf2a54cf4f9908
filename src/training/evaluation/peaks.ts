/** `evaluate peaks`: RPnet on WFDB records with beat annotations, beside a classical detector on the same records. */
import { writeFile } from 'node:fs/promises';
import { DynamicDeepError } from '../../lib/errors/index.js';
import { Network } from '../../lib/model/network.js';
import { loadRpnet } from '../../lib/model/task-models.js';
import { MODEL_RATE } from '../../lib/signal/grid.js';
import { detectPeaks } from '../../lib/tasks/detect-peaks.js';
import { panTompkins } from '../../lib/tasks/pan-tompkins.js';
import { matchBeats, type BeatMatch } from '../../lib/tasks/peaks.js';
import { beatScore } from './beat-score.js';
import { loadBeats, recordNames, type BeatRecord } from '../data/mitbih.js';

export interface EvaluatePeaksOptions {
  readonly records: string;
  readonly lead: string | undefined;
  readonly models: string;
  readonly json: string;
}

export interface PeakScores {
  readonly records: number;
  readonly f1: number;
  readonly precision: number;
  readonly recall: number;
  /** F1 at 150 ms, the tolerance of ANSI/AAMI EC57. */
  readonly f1At150: number;
  /** Median over matched beats of detected minus annotated time, milliseconds. */
  readonly medianOffsetMs: number | null;
}

export interface PeaksEvaluation extends PeakScores {
  /** SHA-256 of RPnet's manifest. */
  readonly model: string;
  readonly perRecord: readonly (PeakScores & { readonly name: string })[];
  readonly panTompkins: PeakScores;
}

/** Matches of one record at 75 and at 150 ms. */
interface Outcome {
  readonly at75: BeatMatch;
  readonly at150: BeatMatch;
}

const TOLERANCE_150 = Math.round(0.15 * MODEL_RATE);

export async function evaluatePeaks(options: EvaluatePeaksOptions): Promise<PeaksEvaluation> {
  const { network, hash } = await loadRpnet(options.models);
  const rpnet = new Network(network);
  const perRecord: (PeakScores & { name: string })[] = [];
  const ours: Outcome[] = [];
  const classical: Outcome[] = [];
  for (const name of await recordNames(options.records, 'atr')) {
    const beats = chooseLead(await loadBeats(options.records, name), options.lead, name);
    const outcome = compare(beats.peaks, detectPeaks(beats.samples, rpnet));
    process.stderr.write(`evaluate peaks: ${name}\n`);
    ours.push(outcome);
    classical.push(compare(beats.peaks, panTompkins(beats.samples)));
    perRecord.push({ name, ...score([outcome]) });
  }
  if (ours.length === 0)
    throw new DynamicDeepError('DATA_INVALID', `no record with .atr annotations in ${options.records}`);
  const evaluation = { ...score(ours), model: hash, perRecord, panTompkins: score(classical) };
  await writeFile(options.json, `${JSON.stringify(evaluation, null, 2)}\n`);
  return evaluation;
}

function chooseLead(leads: readonly BeatRecord[], wanted: string | undefined, name: string): BeatRecord {
  const found = wanted === undefined ? leads[0] : leads.find(({ leadName }) => leadName === wanted);
  if (found === undefined) {
    const there = leads.map(({ leadName }) => leadName).join(', ');
    throw new DynamicDeepError('DATA_INVALID', `${name} has no lead ${wanted ?? ''}; it has ${there}`);
  }
  return found;
}

function compare(annotated: Float64Array, detected: readonly number[]): Outcome {
  return { at75: matchBeats(annotated, detected), at150: matchBeats(annotated, detected, TOLERANCE_150) };
}

/** Gross scores: beats of all records together. */
function score(outcomes: readonly Outcome[]): PeakScores {
  const at75 = beatScore(outcomes.map((outcome) => outcome.at75));
  const offsets = outcomes.flatMap((outcome) => outcome.at75.offsets).sort((a, b) => a - b);
  const median = offsets[offsets.length >> 1];
  return {
    records: outcomes.length,
    f1: at75.f1,
    precision: at75.matched / Math.max(1, at75.matched + at75.invented),
    recall: at75.matched / Math.max(1, at75.matched + at75.missed),
    f1At150: beatScore(outcomes.map((outcome) => outcome.at150)).f1,
    medianOffsetMs: median === undefined ? null : (1000 * median) / MODEL_RATE,
  };
}
