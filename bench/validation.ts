/** The validation records of CinC 2017: the last 30% of the part `selection`, on which choices are made. */
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const VALIDATION_SHARE = 0.3;

const lines = (path: string): string[] => readFileSync(path, 'utf8').split('\n');

/** A file of their labels, lines `name,label`, such as `evaluate compression --labels` takes. */
export function validationLabels(cinc: string): string {
  const selection = lines('models/splits/cinc2017.csv').flatMap((line) =>
    line.endsWith(',selection') ? [line.split(',')[0]] : [],
  );
  const names = new Set(selection.slice(Math.round((1 - VALIDATION_SHARE) * selection.length)));
  const labels = join(mkdtempSync(join(tmpdir(), 'dynamic-deep-bench-')), 'labels.csv');
  writeFileSync(
    labels,
    lines(join(cinc, 'REFERENCE-v3.csv'))
      .filter((line) => names.has(line.split(',')[0]))
      .join('\n'),
  );
  return labels;
}
