import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Labels of samples/README.md. */
export const LABELS = { A04040: 'N', A00282: 'A', A02370: 'O', A01938: '~' };

/** A file with the labels of the shipped samples, or some of them. */
export async function sampleLabels(names: readonly string[] = Object.keys(LABELS)): Promise<string> {
  const path = join(await mkdtemp(join(tmpdir(), 'compression-labels-')), 'labels.csv');
  const lines = Object.entries(LABELS).filter(([name]) => names.includes(name));
  await writeFile(path, lines.map(([name, label]) => `${name},${label}\n`).join(''));
  return path;
}
