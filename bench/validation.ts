import { join } from 'node:path';
import { loadRecords, type EcgRecord } from '../src/training/evaluation/compression/records.js';
import { readSplit, recordsOf } from '../src/training/split.js';

/** Share of the part `selection`, its last records, on which choices are made. */
const VALIDATION_SHARE = 0.3;

/** The validation records of the split: `cinc` is the folder of CinC 2017. */
export async function validationRecords(cinc: string): Promise<EcgRecord[]> {
  const selection = recordsOf(await readSplit('models/splits/cinc2017.csv'), 'selection');
  const { records } = await loadRecords(cinc, join(cinc, 'REFERENCE-v3.csv'), selection);
  return records.slice(Math.round((1 - VALIDATION_SHARE) * records.length));
}
