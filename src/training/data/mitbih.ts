import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';
import { MODEL_RATE, RECORD } from '../../lib/signal/grid.js';
import { readAnnotations, readRecording } from '../../lib/signal/wfdb/index.js';
import { leadAtModelRate } from './model-rate.js';

/** WFDB annotation codes that mark a beat. */
export const BEATS: ReadonlySet<string> = new Set('NLRBAaJSVrFejnE/fQ?'.split(''));

export interface BeatRecord {
  readonly name: string;
  readonly lead: number;
  readonly leadName: string;
  /** Millivolts at 300 Hz. */
  readonly samples: Float32Array;
  /** R peaks, in samples at 300 Hz (fractional). */
  readonly peaks: Float64Array;
}

/** Names of the WFDB records of a folder: those with a file of the extension, by default a header. */
export async function recordNames(folder: string, extension = 'hea'): Promise<string[]> {
  const files = await readdir(folder).catch((error: unknown) => {
    throw new DynamicDeepError('DATA_INVALID', `${folder} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  const ending = `.${extension}`;
  return files
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
    .sort();
}

/** Every lead of a record at 300 Hz with its annotated beats. */
export async function loadBeats(folder: string, name: string): Promise<BeatRecord[]> {
  const recording = await readRecording(join(folder, name));
  const peaks = await readBeats(folder, name, recording.rate);
  return recording.leads.map((lead, index) => ({
    name,
    lead: index,
    leadName: lead.name,
    samples: leadAtModelRate(lead),
    peaks,
  }));
}

/** Annotated beats of a record of `rate` frames a second, in samples at 300 Hz (fractional). */
export async function readBeats(
  folder: string,
  name: string,
  rate: number,
  warn?: (text: string) => void,
): Promise<Float64Array> {
  const annotations = await readAnnotations(join(folder, name), 'atr', warn);
  const beats = annotations.filter(({ symbol }) => BEATS.has(symbol));
  return Float64Array.from(beats, ({ sample }) => (sample * MODEL_RATE) / rate);
}

/**
 * The leads of a noise record, millivolts at 300 Hz up to their first gap.
 *
 * @throws DynamicDeepError DATA_INVALID if one is shorter than a record of 8,960 samples, the longest row of a training
 */
export async function loadNoise(folder: string, name: string): Promise<Float32Array[]> {
  const recording = await readRecording(join(folder, name));
  return recording.leads.map((lead) => {
    const noise = leadAtModelRate(lead);
    if (noise.length < RECORD) {
      throw new DynamicDeepError(
        'DATA_INVALID',
        `${name} of ${folder}: ${lead.name} has ${noise.length} samples at 300 Hz before its first gap, ${RECORD} are needed`,
      );
    }
    return noise;
  });
}
