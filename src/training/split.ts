/**
 * The committed splits. CinC 2017: of the records of 8,960 to 9,215 samples, 400 at random are the test part, 900 calibrate the
 * bound, 700 select predictors and validate; all others train. Records with identical samples share a part.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { DynamicDeepError, messageOf } from '../lib/errors/index.js';
import { RECORD } from '../lib/signal/grid.js';
import { seededRandom } from '../lib/signal/random.js';
import type { CincRecord } from './data/cinc.js';

export type Part = 'train' | 'selection' | 'calibration' | 'test';

/** Share of `selection`, its last records, on which choices are made; what is trained on `selection` sees only the rest. */
const VALIDATION_SHARE = 0.3;

/** Index of the first validation record among `count` records of the part `selection`. */
export function validationFrom(count: number): number {
  return Math.round((1 - VALIDATION_SHARE) * count);
}

/** Options of every training on the part `selection` of CinC 2017. */
export interface SelectionTrainingOptions {
  readonly cinc: string;
  readonly cincLabels: string;
  readonly cincSplit: string;
  readonly models: string;
  readonly work: string;
  readonly steps: number;
  readonly seed: number;
}

const PART_SIZES: readonly (readonly [Part, number])[] = [
  ['test', 400],
  ['calibration', 900],
  ['selection', 700],
];
const LONGEST = 9215;

export function splitCinc(records: readonly CincRecord[], seed: number): Map<string, Part> {
  const byContent = new Map<string, string[]>();
  for (const { name, samples } of records) {
    if (samples.length < RECORD || samples.length > LONGEST) continue;
    const digest = createHash('sha256').update(samples).digest('hex');
    byContent.set(digest, [...(byContent.get(digest) ?? []), name]);
  }
  const groups = [...byContent.values()].sort((a, b) => ((a[0] ?? '') < (b[0] ?? '') ? -1 : 1));
  seededRandom(seed).shuffle(groups);
  const parts = new Map<string, Part>(records.map(({ name }) => [name, 'train']));
  let next = 0;
  for (const [part, size] of PART_SIZES) {
    for (let taken = 0; taken < size; next++) {
      for (const name of groups[next] ?? []) {
        parts.set(name, part);
        taken++;
      }
      if (next >= groups.length) throw new DynamicDeepError('DATA_INVALID', `too few records for the part '${part}'`);
    }
  }
  return parts;
}

/** MIT-BIH records of which samples/ holds excerpts: never trained on. */
export const SAMPLE_PATIENTS = ['100', '202', '228'];

/** MIT-BIH records that come from one patient. */
const SAME_PATIENT = [['201', '202']];

/**
 * A seventh of the patients selects and validates, the others train. The patients in `samples` (records of which excerpts are
 * shipped for the demo) are never trained on.
 */
export function splitPatients(names: readonly string[], samples: readonly string[], seed: number): Map<string, Part> {
  const joined = new Set(SAME_PATIENT.flat());
  const groups = [
    ...SAME_PATIENT.map((group) => group.filter((name) => names.includes(name))).filter((group) => group.length > 0),
    ...names.filter((name) => !joined.has(name)).map((name) => [name]),
  ];
  seededRandom(seed).shuffle(groups);
  const selected = new Set(groups.slice(0, Math.ceil(groups.length / 7)).flat());
  for (const group of groups) if (group.some((name) => samples.includes(name))) group.forEach((n) => selected.add(n));
  return new Map(names.map((name) => [name, selected.has(name) ? 'selection' : 'train']));
}

/** Formats a split as lines `name,part`. */
export function formatSplit(parts: ReadonlyMap<string, Part>): string {
  return [...parts].map(([name, part]) => `${name},${part}\n`).join('');
}

/** Reads lines `name,part`. */
export async function readSplit(path: string): Promise<Map<string, Part>> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new DynamicDeepError('DATA_INVALID', `split ${path} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(lines.map((line) => line.split(',') as [string, Part]));
}

export function recordsOf(parts: ReadonlyMap<string, Part>, part: Part): Set<string> {
  return new Set([...parts].filter(([, own]) => own === part).map(([name]) => name));
}
