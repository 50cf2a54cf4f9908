import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';
import { readRecording } from '../../lib/signal/wfdb/index.js';

/** CinC 2017's labels in the order of `RHYTHM_CLASSES`. */
const CINC_LABELS: readonly string[] = ['N', 'A', 'O', '~'];

export interface CincRecord {
  readonly name: string;
  /** Index into `RHYTHM_CLASSES`. */
  readonly label: number;
  /** Microvolts (1000 ADC units a millivolt) at 300 Hz. */
  readonly samples: Int16Array;
}

/** Labels by record name, from lines `name,label`. */
async function readLabels(path: string): Promise<Map<string, number>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new DynamicDeepError('DATA_INVALID', `labels ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  const labels = new Map<string, number>();
  for (const line of text.split(/\r?\n/)) {
    const [name, label] = line.split(',');
    if (name === undefined || name === '' || label === undefined) continue;
    const index = CINC_LABELS.indexOf(label.trim());
    if (index < 0)
      throw new DynamicDeepError('DATA_INVALID', `${path}: label '${label}' of ${name} is none of N, A, O, ~`);
    labels.set(name, index);
  }
  return labels;
}

/** Reads single-lead records of `folder`, all those with a label or only `names`. */
export async function loadCinc(folder: string, labelFile: string, names?: ReadonlySet<string>): Promise<CincRecord[]> {
  const labels = await readLabels(labelFile);
  const wanted = [...labels].filter(([name]) => names?.has(name) ?? true);
  const records: CincRecord[] = [];
  for (const [name, label] of wanted) {
    const lead = (await readRecording(join(folder, name))).leads[0];
    if (lead === undefined) throw new DynamicDeepError('DATA_INVALID', `${name} has no lead`);
    const scale = 1000 / lead.gain;
    records.push({
      name,
      label,
      samples: Int16Array.from(lead.samples, (v) => Math.round((v - lead.baseline) * scale)),
    });
  }
  if (records.length === 0) throw new DynamicDeepError('DATA_INVALID', `no labelled record in ${folder}`);
  return records;
}
