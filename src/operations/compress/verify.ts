/** Decodes a compressed file and compares it with its source records. */
import { DynamicDeepError } from '../../lib/errors/index.js';
import { MISSING, type Lead } from '../../lib/signal/types.js';
import { prdn } from '../../lib/tasks/reconstruction.js';
import { restoreRecordings, type RestoreOptions } from './restore.js';
import type { SourceRecord } from './source.js';

/**
 * Returns the PRDN of each lead of each record, in percent, mean removed, at the native rate; null if a constant line was not
 * kept exactly.
 *
 * @param sources reads the source of the record at an index of the file again
 * @param options.onRecord called with the index of each compared record
 * @throws DynamicDeepError COMPRESSED_FILE_INVALID if a present sample came back missing, or the other way round
 */
export async function verify(
  path: string,
  sources: (record: number) => Promise<SourceRecord>,
  options: RestoreOptions & { readonly onRecord: (record: number) => void },
): Promise<(number | null)[][]> {
  const all: (number | null)[][] = [];
  for await (const { name, leads } of restoreRecordings(path, options)) {
    const source = await sources(all.length);
    all.push(source.leads.map((lead, i) => compare(name, lead, leads[i])));
    options.onRecord(all.length - 1);
  }
  return all;
}

function compare(record: string, original: Lead, decoded: Lead | undefined): number | null {
  const { samples, baseline, gain } = original;
  const present = samples.reduce((count, v) => count + (v === MISSING ? 0 : 1), 0);
  const [before, after] = [new Float32Array(present), new Float32Array(present)];
  let at = 0;
  samples.forEach((value, k) => {
    const other = decoded?.samples[k];
    if (other === undefined || (value === MISSING) !== (other === MISSING)) {
      const what = `record ${record}, lead ${original.name}: sample ${k} came back wrong`;
      throw new DynamicDeepError('COMPRESSED_FILE_INVALID', `${what}; the record may have changed meanwhile`);
    }
    if (value === MISSING) return;
    before[at] = (value - baseline) / gain;
    after[at++] = (other - baseline) / gain;
  });
  const error = prdn(before, after);
  return Number.isFinite(error) ? error : null;
}
