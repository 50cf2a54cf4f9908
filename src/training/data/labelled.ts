/** Labelled WFDB records: lines `name,label` with CinC 2017's labels, and a folder that holds some of the records. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';
import { runs, type Run } from '../../lib/signal/runs.js';
import { MISSING, type Lead } from '../../lib/signal/types.js';
import { readRecording } from '../../lib/signal/wfdb/index.js';
import { bridgedSamples } from '../../lib/tasks/short-holes.js';
import { firstVoltage, foreignReason } from './first-voltage.js';
import { recordNames } from './mitbih.js';
import { runAtModelRate } from './model-rate.js';

/** CinC 2017's labels in the order of `RHYTHM_CLASSES`. */
const CINC_LABELS: readonly string[] = ['N', 'A', 'O', '~'];

export interface LabelledRecord {
  readonly name: string;
  /** Index into `RHYTHM_CLASSES`. */
  readonly label: number;
  /** First lead that is a voltage, millivolts at 300 Hz: its longest stretch without a gap, holes up to 40 ms bridged. */
  readonly samples: Float32Array;
  /** Seconds from the lead's start at which the samples begin and end, and length of the whole lead in seconds. */
  readonly from: number;
  readonly to: number;
  readonly seconds: number;
}

/**
 * Labels by record name, from lines `name,label` without a heading. Spaces around either, and a byte order mark at the start,
 * are ignored. Throws DATA_INVALID if a name has two labels.
 */
async function readLabels(path: string): Promise<Map<string, number>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new DynamicDeepError('DATA_INVALID', `labels ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  const labels = new Map<string, number>();
  for (const [i, line] of text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .entries()) {
    if (line.trim() === '') continue;
    const where = `${path}, line ${i + 1}`;
    const [name, label] = line.split(',').map((field) => field.trim());
    if (name === undefined || name === '' || label === undefined)
      throw new DynamicDeepError('DATA_INVALID', `${where}: '${line}' is not name,label`);
    const index = CINC_LABELS.indexOf(label);
    if (index < 0)
      throw new DynamicDeepError('DATA_INVALID', `${where}: label '${label}' of ${name} is none of N, A, O, ~`);
    const before = labels.get(name);
    if (before !== undefined && before !== index)
      throw new DynamicDeepError('DATA_INVALID', `${where}: ${name} is ${label}, but ${CINC_LABELS[before]} before`);
    labels.set(name, index);
  }
  return labels;
}

/**
 * Names and labels of the records that are in the folder and in the label file. Throws DATA_INVALID if there are none.
 *
 * @param note called if some labels have no record in the folder
 * @param warn called once, with the name of the first record without a label, for all such records
 */
export async function labelledNames(
  folder: string,
  labelFile: string,
  note?: (line: string) => void,
  warn?: (record: string, text: string) => void,
): Promise<[name: string, label: number][]> {
  const present = new Set(await recordNames(folder));
  const byName = await readLabels(labelFile);
  const labels = [...byName];
  const found = labels.filter(([name]) => present.has(name));
  const absent = labels.find(([name]) => !present.has(name));
  if (absent !== undefined)
    note?.(
      `${labels.length - found.length} of ${labels.length} labels name no record of ${folder}, such as ${absent[0]}`,
    );
  if (found.length === 0)
    throw new DynamicDeepError('DATA_INVALID', `no record of ${folder} has a label in ${labelFile}`);
  const unlabelled = [...present].filter((name) => !byName.has(name));
  const [first] = unlabelled;
  if (first !== undefined)
    warn?.(first, `not scored for want of a label in ${labelFile}: ${unlabelled.length} of ${present.size} records`);
  return found;
}

/**
 * Reads the labelled record `name`.
 *
 * @param warn called for defects of the record that do not prevent reading it
 * @throws DynamicDeepError the reader's errors; RECORD_INVALID if it has no lead; RECORD_UNSUPPORTED if none is a
 * voltage
 */
export async function readLabelled(
  folder: string,
  name: string,
  label: number,
  warn: (text: string) => void,
): Promise<LabelledRecord> {
  const { leads, warnings } = await readRecording(join(folder, name), { leads: firstVoltage(warn) });
  warnings.forEach(warn);
  const [lead] = leads;
  if (lead === undefined) throw new DynamicDeepError('RECORD_INVALID', `${name} has no lead`);
  const foreign = foreignReason(lead);
  if (foreign !== undefined) throw new DynamicDeepError('RECORD_UNSUPPORTED', `${name}: ${foreign}`);
  const samples = bridgedSamples(lead.samples, lead.rate);
  const bridged = samples.reduce((sum, v, i) => sum + (lead.samples[i] === MISSING && v !== MISSING ? 1 : 0), 0);
  if (bridged > 0)
    warn(`missing samples in holes of up to 40 ms are bridged: ${bridged}; the live stream has no label across one`);
  return { name, label, ...longestStretch({ ...lead, samples }), seconds: lead.samples.length / lead.rate };
}

/** The longest run of a lead at 300 Hz, the first if several are equal. */
function longestStretch(lead: Lead): Pick<LabelledRecord, 'samples' | 'from' | 'to'> {
  const { rate } = lead;
  const none: Run = { start: 0, length: 0 };
  const longest = runs(lead.samples).reduce((best, run) => (run.length > best.length ? run : best), none);
  return {
    samples: runAtModelRate(lead, longest),
    from: longest.start / rate,
    to: (longest.start + longest.length) / rate,
  };
}
