/** Labelled WFDB records: lines `name,label` with CinC 2017's labels, and a folder that holds some of them. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';
import { readRecording } from '../../lib/signal/wfdb/index.js';
import { leadAtModelRate } from './model-rate.js';
import { recordNames } from './mitbih.js';

/** CinC 2017's labels in the order of `RHYTHM_CLASSES`. */
const CINC_LABELS: readonly string[] = ['N', 'A', 'O', '~'];

export interface LabelledRecord {
  readonly name: string;
  /** Index into `RHYTHM_CLASSES`. */
  readonly label: number;
  /** First lead, millivolts at 300 Hz, up to its first gap. */
  readonly samples: Float32Array;
}

/** Labels by record name, from lines `name,label` without a heading; a byte order mark before the first is no part of it. */
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
    const [name, label] = line.split(',');
    if (name === undefined || name === '' || label === undefined)
      throw new DynamicDeepError('DATA_INVALID', `${where}: '${line}' is not name,label`);
    const index = CINC_LABELS.indexOf(label.trim());
    if (index < 0)
      throw new DynamicDeepError('DATA_INVALID', `${where}: label '${label}' of ${name} is none of N, A, O, ~`);
    labels.set(name, index);
  }
  return labels;
}

/** Names and labels of the records that the folder has and the file labels. Throws DATA_INVALID where there is none. */
export async function labelledNames(folder: string, labelFile: string): Promise<[name: string, label: number][]> {
  const present = new Set(await recordNames(folder));
  const found = [...(await readLabels(labelFile))].filter(([name]) => present.has(name));
  if (found.length === 0)
    throw new DynamicDeepError('DATA_INVALID', `no record of ${folder} has a label in ${labelFile}`);
  return found;
}

/**
 * The labelled record `name`.
 *
 * @param warn told what was wrong with it and could be read all the same
 * @throws DynamicDeepError the reader's errors; RECORD_INVALID where it has no lead
 */
export async function readLabelled(
  folder: string,
  name: string,
  label: number,
  warn: (text: string) => void,
): Promise<LabelledRecord> {
  const { leads, warnings } = await readRecording(join(folder, name));
  warnings.forEach(warn);
  const [lead] = leads;
  if (lead === undefined) throw new DynamicDeepError('RECORD_INVALID', `${name} has no lead`);
  return { name, label, samples: leadAtModelRate(lead) };
}
