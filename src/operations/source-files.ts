/** The files that records are read from, which no output may replace. */
import { stat } from 'node:fs/promises';
import { DynamicDeepError } from '../lib/errors/index.js';
import { inside } from '../lib/signal/wfdb/files.js';
import { readHeader } from '../lib/signal/wfdb/recording.js';

/**
 * Checks that an output is not a header or signal file of a record, under any of the file's names.
 *
 * @param records paths with or without `.hea`
 * @throws DynamicDeepError CONFIG_INVALID if it is one; FILE_NOT_FOUND, RECORD_INVALID for a header that cannot be read
 */
export async function checkNoSource(flag: string, path: string, records: readonly string[]): Promise<void> {
  const output = await identityOf(path);
  if (output === undefined) return;
  for (const record of records) {
    for (const file of await sourceFiles(record)) {
      if ((await identityOf(file)) !== output) continue;
      throw new DynamicDeepError(
        'CONFIG_INVALID',
        `${flag} ${path} is a file of the record ${record}, which it would destroy: name another file`,
      );
    }
  }
}

/** Returns the header and signal files of a record and of its segments. */
async function sourceFiles(record: string): Promise<string[]> {
  const { folder, header } = await readHeader(record);
  const segments = new Set((header.segments ?? []).map((segment) => segment.record).filter(isNamed));
  const files = await Promise.all([...segments].map((name) => filesOfOne(inside(folder, name))));
  return [...(await filesOfOne(record)), ...files.flat()];
}

async function filesOfOne(record: string): Promise<string[]> {
  const { folder, header } = await readHeader(record);
  const signals = new Set(header.signals.map(({ file }) => file).filter(isNamed));
  return [`${record.replace(/\.hea$/, '')}.hea`, ...[...signals].map((file) => inside(folder, file))];
}

/** `~` stands for no file. */
function isNamed(name: string): boolean {
  return name !== '~';
}

/** Identifies a file by device and inode, so that all its names give the same result; undefined if there is no file. */
async function identityOf(path: string): Promise<string | undefined> {
  const there = await stat(path, { bigint: true }).catch(() => undefined);
  return there === undefined ? undefined : `${there.dev} ${there.ino}`;
}
