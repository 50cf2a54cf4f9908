/** The validation records of CinC 2017: the last 30% of the part `selection`, on which choices are made. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadRecords, type EcgRecord } from '../src/training/evaluation/compression/records.js';
import { validationFrom, type Part } from '../src/training/split.js';

const lines = (path: string): string[] => readFileSync(path, 'utf8').split(/\r?\n/);

/** Lines `name,label` of the records of a part. */
function labelsOf(cinc: string, part: Part): string[] {
  const names = new Set(
    lines('models/splits/cinc2017.csv').flatMap((line) => (line.endsWith(`,${part}`) ? [line.split(',')[0]] : [])),
  );
  return lines(join(cinc, 'REFERENCE-v3.csv')).filter((line) => names.has(line.split(',')[0]));
}

/** Writes lines `name,label` to a file as `evaluate compression --labels` takes it, and returns its path. */
function labelFile(labels: readonly string[]): string {
  const file = join(mkdtempSync(join(tmpdir(), 'dynamic-deep-bench-')), 'labels.csv');
  writeFileSync(file, labels.join('\n'));
  return file;
}

/** Label file of a part, or of one in `every` of its records. */
export const partLabels = (cinc: string, part: Part, every = 1): string =>
  labelFile(labelsOf(cinc, part).filter((_, i) => i % every === 0));

/** Label file of the validation records, or of the selection records before them. */
export function validationLabels(cinc: string, which: 'validation' | 'before' = 'validation'): string {
  const selection = labelsOf(cinc, 'selection');
  const first = validationFrom(selection.length);
  return labelFile(which === 'validation' ? selection.slice(first) : selection.slice(0, first));
}

export async function selectionRecords(
  cinc: string,
  which: 'validation' | 'before' = 'validation',
): Promise<EcgRecord[]> {
  return (await loadRecords(cinc, validationLabels(cinc, which))).records;
}
