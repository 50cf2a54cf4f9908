/** The validation records of CinC 2017: the last 30% of the part `selection`, on which choices are made. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRecords, type EcgRecord } from '../src/training/evaluation/compression/records.js';

const VALIDATION_SHARE = 0.3;

const lines = (path: string): string[] => readFileSync(path, 'utf8').split(/\r?\n/);

/** A file of their labels, lines `name,label`, such as `evaluate compression --labels` takes; or of those before them. */
export function validationLabels(cinc: string, which: 'validation' | 'before' = 'validation'): string {
  const names = new Set(
    lines('models/splits/cinc2017.csv').flatMap((line) => (line.endsWith(',selection') ? [line.split(',')[0]] : [])),
  );
  const selection = lines(join(cinc, 'REFERENCE-v3.csv')).filter((line) => names.has(line.split(',')[0]));
  const first = Math.round((1 - VALIDATION_SHARE) * selection.length);
  const labels = join(mkdtempSync(join(tmpdir(), 'dynamic-deep-bench-')), 'labels.csv');
  writeFileSync(labels, (which === 'validation' ? selection.slice(first) : selection.slice(0, first)).join('\n'));
  return labels;
}

export async function selectionRecords(
  cinc: string,
  which: 'validation' | 'before' = 'validation',
): Promise<EcgRecord[]> {
  return (await loadRecords(cinc, validationLabels(cinc, which))).records;
}
