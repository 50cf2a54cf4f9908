/** Labelled WFDB records: lines `name,label` with CinC 2017's labels, and a folder that holds some of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';
import { readRecording } from '../../lib/signal/wfdb/index.js';
import { firstVoltage, foreignReason } from './first-voltage.js';
import { leadAtModelRate } from './model-rate.js';
import { recordNames } from './mitbih.js';

/** CinC 2017's labels in the order of `RHYTHM_CLASSES`. */
const CINC_LABELS: readonly string[] = ['N', 'A', 'O', '~'];

export interface LabelledRecord {
  readonly name: string;
  /** Index into `RHYTHM_CLASSES`. */
  readonly label: number;
  /** First lead that is a voltage, millivolts at 300 Hz, up to its first gap. */
  readonly samples: Float32Array;
  /** Seconds of the whole lead. */
  readonly seconds: number;
}

/**
 * Labels by record name, from lines `name,label` without a heading; blanks around either, and a byte order mark before the
 * first, are no part of them. Throws DATA_INVALID where a name has two labels.
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
 * Names and labels of the records that the folder has and the file labels. Throws DATA_INVALID where there is none.
 *
 * @param note told of labels whose records the folder has not
 */
export async function labelledNames(
  folder: string,
  labelFile: string,
  note?: (line: string) => void,
): Promise<[name: string, label: number][]> {
  const present = new Set(await recordNames(folder));
  const labels = [...(await readLabels(labelFile))];
  const found = labels.filter(([name]) => present.has(name));
  const absent = labels.find(([name]) => !present.has(name));
  if (absent !== undefined)
    note?.(
      `${labels.length - found.length} of ${labels.length} labels name no record of ${folder}, such as ${absent[0]}`,
    );
  if (found.length === 0)
    throw new DynamicDeepError('DATA_INVALID', `no record of ${folder} has a label in ${labelFile}`);
  return found;
}

/**
 * The labelled record `name`.
 *
 * @param warn told what was wrong with it and could be read all the same
 * @throws DynamicDeepError the reader's errors; RECORD_INVALID where it has no lead; RECORD_UNSUPPORTED where none is a
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
  return { name, label, samples: leadAtModelRate(lead), seconds: lead.samples.length / lead.rate };
}
