/** Records from which recordings are composed: annotated beats and rhythms, leads without a hole. */
import { join } from 'node:path';
import { DynamicDeepError, messageOf } from '../../../lib/errors/index.js';
import { checkCodable } from '../../../lib/signal/lead-check.js';
import { MISSING, type Lead } from '../../../lib/signal/types.js';
import { readAnnotations, readRecording, type LeadInfo } from '../../../lib/signal/wfdb/index.js';
import { recordNames } from '../../data/mitbih.js';
import { readAnnotated, type Annotated } from './annotated.js';

export interface Material extends Annotated {
  readonly name: string;
  /** Frames a second, the rate of every lead kept. */
  readonly rate: number;
  readonly frames: number;
  /** At most two. */
  readonly leads: readonly Lead[];
}

/** Leads of a scored bed: as many as a bedside monitor analyses. */
const MOST_LEADS = 2;
/** Shorter records leave no room for an event with plain signal around it. */
export const LEAST_SECONDS = 120;
/** With fewer annotated beats a second there is no rhythm to compose from. */
const LEAST_BEATS_A_SECOND = 0.4;
/** Records of the noise stress test database, which have no beats. */
const NOISE_RECORDS = ['bw', 'em', 'ma'] as const;
export type NoiseRecord = (typeof NOISE_RECORDS)[number];

/** Names of the records with beat annotations. */
export async function annotatedNames(folder: string): Promise<string[]> {
  const headers = new Set(await recordNames(folder));
  return (await recordNames(folder, 'atr')).filter((name) => headers.has(name));
}

/** The leads that a bed may have: voltages. */
export function voltages(there: readonly LeadInfo[]): LeadInfo[] {
  return there.filter(({ foreignUnit }) => foreignUnit === undefined);
}

/**
 * Reads a record of the folder; returns a reason if nothing can be composed from it.
 *
 * @param warn called for defects of the record that do not prevent reading it
 */
export async function readMaterial(
  folder: string,
  name: string,
  warn?: (text: string) => void,
): Promise<Material | string> {
  try {
    const { leads, rate, warnings } = await readRecording(join(folder, name), { leads: voltages });
    for (const text of warnings) warn?.(text);
    if (leads.length === 0) return 'no lead that is a voltage';
    const whole = leads.filter((lead) => lead.rate === rate && !lead.samples.includes(MISSING)).slice(0, MOST_LEADS);
    const frames = whole[0]?.samples.length ?? 0;
    const seconds = frames / rate;
    if (whole.length === 0) return 'no lead without a hole';
    if (seconds < LEAST_SECONDS) return `shorter than ${LEAST_SECONDS} s`;
    for (const lead of whole) checkCodable(name, lead);
    const annotated = readAnnotated(await readAnnotations(join(folder, name), 'atr', warn), rate, seconds);
    const beats = annotated.beats.filter(({ frame }) => frame < frames);
    if (beats.length < LEAST_BEATS_A_SECOND * seconds) return `only ${beats.length} annotated beats`;
    return { ...annotated, beats, name, rate, frames, leads: whole };
  } catch (error) {
    if (error instanceof DynamicDeepError) return messageOf(error);
    throw error;
  }
}

/** Names of the noise records in the folder, as in the noise stress test database. */
export async function noiseNames(folder: string): Promise<NoiseRecord[]> {
  const names = await recordNames(folder);
  return NOISE_RECORDS.filter((name) => names.includes(name));
}
