/** Reads the records to compress and checks their leads. */
import { basename } from 'node:path';
import { mostSamples } from '../../lib/compressed-file/index.js';
import { DynamicDeepError } from '../../lib/errors/index.js';
import { checkCodable } from '../../lib/signal/lead-check.js';
import { MISSING, type Lead } from '../../lib/signal/types.js';
import { isRecordName, readRecording } from '../../lib/signal/wfdb/index.js';
import type { CompressConfig } from '../options.js';

export interface SourceRecord {
  readonly name: string;
  /** Frames per second. */
  readonly rate: number;
  readonly start: Date | undefined;
  readonly leads: readonly Lead[];
  readonly warnings: readonly string[];
}

/**
 * Returns the names of the records, which are those of their files.
 *
 * @throws DynamicDeepError CONFIG_INVALID for a name that is not a valid record name, or that two records share
 */
export function recordNames(records: readonly string[]): string[] {
  const names = records.map((path) => basename(path).replace(/\.hea$/, ''));
  names.forEach((name, i) => {
    if (!isRecordName(name)) {
      throw new DynamicDeepError('CONFIG_INVALID', `record ${name}: names hold letters, digits, _ and - only`);
    }
    if (names.indexOf(name) !== i) {
      throw new DynamicDeepError('CONFIG_INVALID', `two records are named ${name}: put them into files of their own`);
    }
  });
  return names;
}

/**
 * @throws DynamicDeepError the reader's errors; RECORD_UNSUPPORTED for rates or samples that no rung carries, and if more
 * samples are missing than a compressed file may claim
 */
export async function readSource(
  path: string,
  name: string,
  { leads: wanted, acceptTruncated }: Pick<CompressConfig, 'leads' | 'acceptTruncated'>,
): Promise<SourceRecord> {
  const { rate, leads, start, warnings } = await readRecording(path, {
    strict: !acceptTruncated,
    leads: (there) => (wanted === 'first' ? there.slice(0, 1) : there),
  });
  if (leads.length === 0) throw new DynamicDeepError('RECORD_INVALID', `${name} has no lead`);
  for (const lead of leads) checkCodable(name, lead);
  checkExtent(name, leads);
  return { name, rate, start, leads, warnings };
}

function checkExtent(name: string, leads: readonly Lead[]): void {
  const samples = leads.reduce((sum, lead) => sum + lead.samples.length, 0);
  const missing = leads.reduce(
    (sum, lead) => lead.samples.reduce((count, v) => count + (v === MISSING ? 1 : 0), sum),
    0,
  );
  if (samples <= mostSamples(samples - missing)) return;
  throw new DynamicDeepError(
    'RECORD_UNSUPPORTED',
    `${name}: ${missing} of ${samples} samples are missing, too many for a compressed file`,
  );
}
