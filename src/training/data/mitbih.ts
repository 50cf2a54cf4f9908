import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DynamicDeepError, messageOf } from '../../lib/errors/index.js';
import { MODEL_RATE } from '../../lib/signal/grid.js';
import { resample } from '../../lib/signal/resample.js';
import { toMillivolts } from '../../lib/signal/units.js';
import { readAnnotations, readRecording } from '../../lib/signal/wfdb/index.js';

/** WFDB annotation codes that mark a beat. */
const BEATS: ReadonlySet<string> = new Set('NLRBAaJSVrFejnE/fQ?'.split(''));

export interface BeatRecord {
  readonly name: string;
  readonly lead: number;
  /** Millivolts at 300 Hz. */
  readonly samples: Float32Array;
  /** R peaks, in samples at 300 Hz (fractional). */
  readonly peaks: Float64Array;
}

/** Names of the WFDB records of a folder. */
export async function recordNames(folder: string): Promise<string[]> {
  const files = await readdir(folder).catch((error: unknown) => {
    throw new DynamicDeepError('DATA_INVALID', `${folder} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  return files.filter((file) => file.endsWith('.hea')).map((file) => file.slice(0, -4)).sort(); // prettier-ignore
}

/** Every lead of a record at 300 Hz with its annotated beats. */
export async function loadBeats(folder: string, name: string): Promise<BeatRecord[]> {
  const recording = await readRecording(join(folder, name));
  const scale = MODEL_RATE / recording.rate;
  const annotations = await readAnnotations(join(folder, name));
  const peaks = Float64Array.from(
    annotations.filter(({ symbol }) => BEATS.has(symbol)),
    ({ sample }) => sample * scale,
  );
  return recording.leads.map((lead, index) => ({
    name,
    lead: index,
    samples: at300(toMillivolts(lead), lead.rate),
    peaks,
  }));
}

/** The leads of a noise record, millivolts at 300 Hz. */
export async function loadNoise(folder: string, name: string): Promise<Float32Array[]> {
  const recording = await readRecording(join(folder, name));
  return recording.leads.map((lead) => at300(toMillivolts(lead), lead.rate));
}

function at300(samples: Float32Array, rate: number): Float32Array {
  const outCount = Math.floor((samples.length * MODEL_RATE) / rate);
  return resample(samples, { rate, first: 0, outRate: MODEL_RATE, outFirst: 0, outCount });
}
