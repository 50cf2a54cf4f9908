/** `evaluate peaks`: RPnet on WFDB records with beat annotations, beside a classical detector on the same records. */
import { join } from 'node:path';
import { DynamicDeepError } from '../../lib/errors/index.js';
import { Network } from '../../lib/model/network.js';
import { loadRpnet } from '../../lib/model/task-models.js';
import { checkJsonFile } from '../../lib/runtime/output-file.js';
import { MODEL_RATE } from '../../lib/signal/grid.js';
import { MISSING, type Lead } from '../../lib/signal/types.js';
import { readRecording } from '../../lib/signal/wfdb/index.js';
import { detectPeaks } from '../../lib/tasks/detect-peaks.js';
import { peaksOfLead } from '../../lib/tasks/lead-peaks.js';
import { panTompkins } from '../../lib/tasks/pan-tompkins.js';
import { readBeats, recordNames } from '../data/mitbih.js';
import {
  comparePeaks,
  peakIntervals,
  scorePeaks,
  type PeakIntervals,
  type PeakOutcome,
  type PeakScores,
} from './peak-scores.js';
import { RecordNotes, type RecordWarning } from './record-notes.js';
import { writeScores } from './scores-file.js';

export interface EvaluatePeaksOptions {
  readonly records: string;
  readonly lead: string | undefined;
  readonly models: string;
  readonly json: string;
}

export interface PeaksEvaluation extends PeakScores {
  readonly ci95: PeakIntervals;
  /** SHA-256 of RPnet's manifest. */
  readonly model: string;
  readonly perRecord: readonly (PeakScores & { readonly name: string })[];
  readonly panTompkins: PeakScores;
  readonly warnings: readonly RecordWarning[];
}

/**
 * Scores every record of the folder that has `.atr` annotations, and writes the scores as JSON.
 *
 * @throws DynamicDeepError DATA_INVALID where no record has annotations, or one lacks the lead; CONFIG_INVALID where the
 * scores cannot be written; the reader's errors for files that are missing or damaged
 */
export async function evaluatePeaks(options: EvaluatePeaksOptions): Promise<PeaksEvaluation> {
  const names = await recordNames(options.records, 'atr');
  if (names.length === 0) {
    throw new DynamicDeepError('DATA_INVALID', `no record with .atr annotations in ${options.records}`);
  }
  await checkJsonFile(options.json);
  const { network, hash } = await loadRpnet(options.models);
  const rpnet = new Network(network);
  const ours: PeakOutcome[] = [];
  const classical: PeakOutcome[] = [];
  const notes = new RecordNotes('evaluate peaks');
  for (const name of names) {
    process.stderr.write(`evaluate peaks: ${name}\n`);
    const recording = await readRecording(join(options.records, name));
    const warn = (text: string): void => { notes.warn(name, text); }; // prettier-ignore
    recording.warnings.forEach(warn);
    const lead = chooseLead(recording.leads, options.lead, name);
    const beats = readable(lead, await readBeats(options.records, name, recording.rate, warn));
    ours.push(
      comparePeaks(
        beats,
        peaksOfLead(lead, (millivolts) => detectPeaks(millivolts, rpnet)),
      ),
    );
    classical.push(comparePeaks(beats, peaksOfLead(lead, panTompkins)));
  }
  const evaluation = {
    ...scorePeaks(ours),
    ci95: peakIntervals(ours),
    model: hash,
    perRecord: ours.map((outcome, i) => ({ name: names[i]!, ...scorePeaks([outcome]) })),
    panTompkins: scorePeaks(classical),
    warnings: notes.warnings,
  };
  await writeScores(options.json, evaluation);
  return evaluation;
}

function chooseLead(leads: readonly Lead[], wanted: string | undefined, name: string): Lead {
  const found = wanted === undefined ? leads[0] : leads.find((lead) => lead.name === wanted);
  if (found !== undefined) return found;
  const there = leads.length === 0 ? 'no lead at all' : leads.map((lead) => lead.name).join(', ');
  throw new DynamicDeepError('DATA_INVALID', `${name} lacks the lead ${wanted ?? 'to score'}; it has ${there}`);
}

/** Beats of which the lead has samples: one in a gap can be found by nobody. */
function readable({ samples, rate }: Lead, beats: Float64Array): Float64Array {
  return beats.filter((beat) => (samples[Math.round((beat * rate) / MODEL_RATE)] ?? MISSING) !== MISSING);
}
