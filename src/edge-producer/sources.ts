/** Turns recordings into streams of bedside devices. Only leads, units and samples are kept: nothing that names a person. */
import { basename } from 'node:path';
import { DynamicDeepError } from '../lib/errors/index.js';
import { checkCodable } from '../lib/signal/lead-check.js';
import { MISSING, type Lead } from '../lib/signal/types.js';
import { readRecording } from '../lib/signal/wfdb/index.js';
import type { EdgeStream } from './streams.js';

/** A stream with all its samples. */
export interface RecordedStream extends EdgeStream {
  readonly lead: Lead;
}

export interface SourceOptions {
  readonly records: readonly string[];
  readonly beds: number;
  readonly leads: 'first' | 'all';
  readonly gateway: string;
  /** Take the complete samples of a recording that is shorter than its header says. */
  readonly acceptTruncated: boolean;
}

/** Reads every record once and deals the records out to the beds. */
export async function openSources(
  options: SourceOptions,
  warn: (record: string, warning: string) => void,
): Promise<RecordedStream[]> {
  const recordings = await Promise.all(
    options.records.map((path) => readRecording(path, { strict: !options.acceptTruncated })),
  );
  recordings.forEach(({ name, leads, warnings }) => {
    for (const warning of warnings) warn(basename(name), warning);
    for (const lead of leads) checkLead(name, lead);
  });
  return Array.from({ length: options.beds }, (_, bed) => {
    const { leads } = recordings[bed % recordings.length] ?? { leads: [] };
    const device = `${options.gateway}-${String(bed + 1).padStart(3, '0')}`;
    return leads
      .slice(0, options.leads === 'first' ? 1 : undefined)
      .map((lead, i) => ({ stream: `${device}.${i + 1}`, device, lead }));
  }).flat();
}

function checkLead(name: string, lead: Lead): void {
  if (!lead.samples.some((v) => v !== MISSING)) {
    throw new DynamicDeepError('RECORD_INVALID', `${name}: lead ${lead.name} has no samples`);
  }
  checkCodable(name, lead);
}
