/** `evaluate peaks`: RPnet on WFDB records with beat annotations, and a classical detector on the same records. */
import { join } from 'node:path';
import { DynamicDeepError } from '../../lib/errors/index.js';
import { Network } from '../../lib/model/network.js';
import { loadRpnet } from '../../lib/model/task-models.js';
import { checkJsonFile, writeJsonFile } from '../../lib/runtime/output-file.js';
import { MODEL_RATE } from '../../lib/signal/grid.js';
import { MISSING, type Lead } from '../../lib/signal/types.js';
import { readRecording, type LeadInfo } from '../../lib/signal/wfdb/index.js';
import { detectPeaks } from '../../lib/tasks/detect-peaks.js';
import { bridgedLead, peaksOfLead, unreadWarning } from '../../lib/tasks/lead-peaks.js';
import { panTompkins } from '../../lib/tasks/pan-tompkins.js';
import { firstVoltage, foreignReason } from '../data/first-voltage.js';
import { readBeats, recordNames } from '../data/mitbih.js';
import {
  comparePeaks,
  peakIntervals,
  scorePeaks,
  type PeakIntervals,
  type PeakOutcome,
  type PeakScores,
} from './peak-scores.js';
import { RecordNotes, type LeftOut, type RecordWarning } from './record-notes.js';

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
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly RecordWarning[];
}

/**
 * Scores every record of the folder that has `.atr` annotations and the lead, and can be read, and writes the scores as JSON.
 * Other records are left out.
 *
 * @throws DynamicDeepError DATA_INVALID if no record is left; CONFIG_INVALID if the scores cannot be written
 */
export async function evaluatePeaks(options: EvaluatePeaksOptions): Promise<PeaksEvaluation> {
  const names = await recordNames(options.records, 'atr');
  if (names.length === 0) {
    throw new DynamicDeepError('DATA_INVALID', `no record with .atr annotations in ${options.records}`);
  }
  await checkJsonFile(options.json);
  const { network, hash } = await loadRpnet(options.models);
  const rpnet = new Network(network);
  const scored: string[] = [];
  const ours: PeakOutcome[] = [];
  const classical: PeakOutcome[] = [];
  const notes = new RecordNotes('evaluate peaks');
  for (const name of names) {
    process.stderr.write(`evaluate peaks: ${name}\n`);
    const read = await notes.orLeaveOut(name, () => readAnnotatedLead(options, name, notes));
    if ('reason' in read) continue;
    const { lead, beats } = read;
    scored.push(name);
    ours.push(
      comparePeaks(
        beats,
        peaksOfLead(lead, (millivolts) => detectPeaks(millivolts, rpnet)),
      ),
    );
    classical.push(comparePeaks(beats, peaksOfLead(lead, panTompkins)));
  }
  if (scored.length === 0) {
    throw new DynamicDeepError('DATA_INVALID', `no record of ${options.records} can be scored${notes.firstReason}`);
  }
  const evaluation = {
    ...scorePeaks(ours),
    ci95: peakIntervals(ours),
    model: hash,
    perRecord: ours.map((outcome, i) => ({ name: scored[i]!, ...scorePeaks([outcome]) })),
    panTompkins: scorePeaks(classical),
    ...notes.found,
  };
  await writeJsonFile(options.json, evaluation);
  return evaluation;
}

/**
 * Reads the lead to score, and those of its annotated beats for which it has samples.
 *
 * @throws DynamicDeepError the reader's errors; RECORD_INVALID if the record lacks the lead; RECORD_UNSUPPORTED if the lead
 * is not a voltage
 */
async function readAnnotatedLead(
  { records, lead: wanted }: EvaluatePeaksOptions,
  name: string,
  notes: RecordNotes,
): Promise<{ readonly lead: Lead; readonly beats: Float64Array }> {
  const warn = (text: string): void => {
    notes.warn(name, text);
  };
  const choose = wanted === undefined ? firstVoltage(warn) : leadNamed(wanted, name);
  const { leads, rate, warnings } = await readRecording(join(records, name), { leads: choose });
  warnings.forEach(warn);
  const [lead] = leads;
  if (lead === undefined) throw new DynamicDeepError('RECORD_INVALID', `${name} has no lead`);
  const foreign = foreignReason(lead);
  if (foreign !== undefined) throw new DynamicDeepError('RECORD_UNSUPPORTED', `${name}: ${foreign}`);
  const unread = unreadWarning(lead);
  if (unread !== undefined) warn(unread);
  return { lead, beats: readable(bridgedLead(lead), await readBeats(records, name, rate, warn)) };
}

function leadNamed(wanted: string, record: string): (there: readonly LeadInfo[]) => LeadInfo[] {
  return (there) => {
    const found = there.find(({ name }) => name === wanted);
    if (found !== undefined) return [found];
    const names = there.map(({ name }) => name).join(', ');
    throw new DynamicDeepError('RECORD_INVALID', `${record} lacks the lead ${wanted}; it has ${names}`);
  };
}

/** Beats for which the lead has samples, holes up to 40 ms bridged: nobody can find a beat in a longer gap. */
function readable({ samples, rate }: Lead, beats: Float64Array): Float64Array {
  return beats.filter((beat) => (samples[Math.round((beat * rate) / MODEL_RATE)] ?? MISSING) !== MISSING);
}
