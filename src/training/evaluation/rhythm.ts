/** `evaluate rhythm`: the classifier on labelled records, on whole records and as the live stream would classify. */
import { DynamicDeepError } from '../../lib/errors/index.js';
import { Network } from '../../lib/model/network.js';
import { loadRhythm } from '../../lib/model/task-models.js';
import { checkJsonFile, writeJsonFile } from '../../lib/runtime/output-file.js';
import { STEP, STEPS_PER_RECORD, STEPS_PER_WINDOW } from '../../lib/signal/grid.js';
import { CLASS_COUNT, MIN_CONTEXT_STEPS, normaliseRhythm, readTemperature, softmax } from '../../lib/tasks/rhythm.js';
import { labelledNames, readLabelled, type LabelledRecord } from '../data/labelled.js';
import { measureRhythm, type RhythmScores, type ScoredRecord } from './rhythm-scores.js';
import { RecordNotes, type LeftOut, type RecordWarning } from './record-notes.js';

export interface EvaluateRhythmOptions {
  readonly records: string;
  readonly labels: string;
  readonly models: string;
  readonly json: string;
}

export interface RhythmEvaluation extends RhythmScores {
  /** SHA-256 of the classifier's manifest. */
  readonly model: string;
  /**
   * The same by the live protocol: windows of 7 steps with up to 35 steps of context, from 14 on. Shorter records are not
   * included.
   */
  readonly causal: RhythmScores;
  readonly leftOut: readonly LeftOut[];
  readonly warnings: readonly RecordWarning[];
}

/** Rows per run of the network. */
const BATCH = 16;
const PROGRESS = 100;
/** Seconds that may be missing at the ends of a record without a warning. */
const WORTH_TELLING_S = 0.05;

/**
 * Scores every labelled record of the folder that can be read and has at least one step, and writes the scores as JSON.
 * Other records are left out.
 *
 * @throws DynamicDeepError DATA_INVALID if labels are missing or no record is left; CONFIG_INVALID if the scores cannot be
 * written
 */
export async function evaluateRhythm(options: EvaluateRhythmOptions): Promise<RhythmEvaluation> {
  await checkJsonFile(options.json);
  const notes = new RecordNotes('evaluate rhythm');
  const records = await loadLabelled(options, notes);
  const { network, manifest, hash } = await loadRhythm(options.models);
  const temperature = readTemperature(manifest);
  const classify = (rows: readonly Float32Array[]): Float32Array[] =>
    classifyRows(new Network(network), rows, temperature);
  const whole: ScoredRecord[] = [];
  const causal: ScoredRecord[] = [];
  for (const [done, record] of records.entries()) {
    if (done % PROGRESS === 0) notes.note(`${done}/${records.length} records`);
    const steps = Math.floor(record.samples.length / STEP);
    const [probabilities = new Float32Array()] = classify([record.samples.subarray(0, steps * STEP)]);
    whole.push({ label: record.label, probabilities });
    if (steps >= MIN_CONTEXT_STEPS) causal.push(causalRecord(record, steps, classify));
  }
  if (causal.length < whole.length)
    notes.note(
      `${whole.length - causal.length} of ${whole.length} records are too short for the live protocol, which begins with ${MIN_CONTEXT_STEPS} steps`,
    );
  const evaluation = { ...measureRhythm(whole), model: hash, causal: measureRhythm(causal), ...notes.found };
  await writeJsonFile(options.json, evaluation);
  return evaluation;
}

async function loadLabelled(
  { records: folder, labels }: EvaluateRhythmOptions,
  notes: RecordNotes,
): Promise<LabelledRecord[]> {
  const records: LabelledRecord[] = [];
  const labelled = await labelledNames(
    folder,
    labels,
    (line) => {
      notes.note(line);
    },
    (record, text) => {
      notes.warn(record, text);
    },
  );
  for (const [done, [name, label]] of labelled.entries()) {
    if (done > 0 && done % PROGRESS === 0) notes.note(`read ${done}/${labelled.length} records`);
    const warn = (text: string): void => {
      notes.warn(name, text);
    };
    const read = await notes.orLeaveOut(name, () => readLabelled(folder, name, label, warn));
    if ('reason' in read) continue;
    const { samples, from, to, seconds } = read;
    if (samples.length < STEP) {
      notes.leaveOut(name, `${samples.length} samples at 300 Hz without a gap, not ${STEP}`);
      continue;
    }
    if (to - from < seconds - WORTH_TELLING_S)
      warn(
        `scored from ${from.toFixed(1)} to ${to.toFixed(1)} of ${seconds.toFixed(1)} s, its longest stretch without a gap`,
      );
    records.push(read);
  }
  if (records.length === 0) {
    throw new DynamicDeepError('DATA_INVALID', `no labelled record of ${folder} can be scored${notes.firstReason}`);
  }
  return records;
}

/** What the live stream publishes: the newest steps of every window, once there are 14 steps of context. */
function causalRecord(
  { label, samples }: LabelledRecord,
  steps: number,
  classify: (rows: readonly Float32Array[]) => Float32Array[],
): ScoredRecord {
  const ends: number[] = [];
  for (let end = STEPS_PER_WINDOW; end < steps; end += STEPS_PER_WINDOW) ends.push(end);
  ends.push(steps);
  const published = ends.flatMap((end, i) => {
    const context = Math.min(STEPS_PER_RECORD, end);
    return context < MIN_CONTEXT_STEPS ? [] : [{ end, context, fresh: end - (ends[i - 1] ?? 0) }];
  });
  const rows = published.map(({ end, context }) => samples.subarray((end - context) * STEP, end * STEP));
  const newest = classify(rows).map((p, i) => p.subarray(p.length - published[i]!.fresh * CLASS_COUNT));
  const probabilities = new Float32Array(newest.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const p of newest) {
    probabilities.set(p, at);
    at += p.length;
  }
  return { label, probabilities };
}

/** Probabilities of rows of millivolts; adjacent rows of equal length share a run of the network. */
function classifyRows(network: Network, rows: readonly Float32Array[], temperature: number): Float32Array[] {
  const out: Float32Array[] = [];
  for (let first = 0; first < rows.length;) {
    const { length } = rows[first]!;
    let end = first + 1;
    while (end < rows.length && end - first < BATCH && rows[end]!.length === length) end++;
    const input = new Float32Array((end - first) * length);
    for (let i = first; i < end; i++) normaliseRhythm(rows[i]!, input, (i - first) * length);
    const [logits = new Float32Array()] = network.run(input, end - first);
    const size = (length / STEP) * CLASS_COUNT;
    for (let i = 0; i < end - first; i++) out.push(softmax(logits.slice(i * size, (i + 1) * size), temperature));
    first = end;
  }
  return out;
}
