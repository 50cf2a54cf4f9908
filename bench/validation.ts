import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRecords, type EcgRecord } from '../src/training/evaluation/compression/records.js';
import { readSplit } from '../src/training/split.js';

/** Share of the part `selection`, its last records, on which choices are made. */
const VALIDATION_SHARE = 0.3;

/** The validation records of the split, or those of the part `selection` before them. */
export async function selectionRecords(cinc: string, which: 'validation' | 'before'): Promise<EcgRecord[]> {
  const parts = await readSplit('models/splits/cinc2017.csv');
  const lines = readFileSync(join(cinc, 'REFERENCE-v3.csv'), 'utf8').split(/\r?\n/);
  const selection = lines.filter((line) => parts.get(line.split(',')[0] ?? '') === 'selection');
  const first = Math.round((1 - VALIDATION_SHARE) * selection.length);
  const labels = join(mkdtempSync(join(tmpdir(), 'dynamic-deep-bench-')), 'labels.csv');
  writeFileSync(labels, (which === 'validation' ? selection.slice(first) : selection.slice(0, first)).join('\n'));
  return (await loadRecords(cinc, labels)).records;
}
