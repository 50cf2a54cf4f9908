import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const FIXTURES = fileURLToPath(new URL('../../../fixtures/wfdb/', import.meta.url));
export const SAMPLES = fileURLToPath(new URL('../../../../samples/', import.meta.url));

interface ExpectedLead {
  readonly name: string;
  readonly samples?: readonly (number | null)[];
  readonly millivolts?: readonly (number | null)[];
}

export interface ExpectedRecord {
  readonly rate: number;
  readonly leads: readonly ExpectedLead[];
}

/** Sample, symbol, subtype, channel, number, text. */
export type ExpectedAnnotation = readonly [number, string, number, number, number, string];

/** What the independent reader gives: records by name, annotations by file name. */
export async function readExpected(): Promise<Record<string, ExpectedRecord | readonly ExpectedAnnotation[]>> {
  const text = await readFile(path.join(FIXTURES, 'expected.json'), 'utf8');
  return JSON.parse(text) as Record<string, ExpectedRecord | readonly ExpectedAnnotation[]>;
}

/** A folder with the given files, gone when the test is over. */
export async function folderOf(files: Record<string, string | Uint8Array>): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'wfdb-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) await writeFile(path.join(folder, name), content);
  return folder;
}
