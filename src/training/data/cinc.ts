import { join } from 'node:path';
import { DynamicDeepError } from '../../lib/errors/index.js';
import { RECORD } from '../../lib/signal/grid.js';
import { readRecording } from '../../lib/signal/wfdb/index.js';
import { labelledNames } from './labelled.js';

export interface CincRecord {
  readonly name: string;
  /** Index into `RHYTHM_CLASSES`. */
  readonly label: number;
  /** Microvolts (1000 ADC units a millivolt) at 300 Hz. */
  readonly samples: Int16Array;
}

/** Reads the single-lead records of `folder` that have a label, all of them or only `names`. */
export async function loadCinc(folder: string, labelFile: string, names?: ReadonlySet<string>): Promise<CincRecord[]> {
  const records: CincRecord[] = [];
  for (const [name, label] of await labelledNames(folder, labelFile)) {
    if (names?.has(name) === false) continue;
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

/** The first 8,960 samples, in millivolts. */
export function millivoltsOf({ samples }: CincRecord): Float32Array {
  return Float32Array.from(samples.subarray(0, RECORD), (v) => v * 1e-3);
}
