/** Beats of MIT-BIH records in the AAMI's groups: ventricular ectopic beats, and the other beats of the heart's own pace. */
import { join } from 'node:path';
import { MODEL_RATE } from '../../lib/signal/grid.js';
import { readAnnotations, readRecording } from '../../lib/signal/wfdb/index.js';
import { leadAtModelRate } from './model-rate.js';

/** Class V of ANSI/AAMI EC57: premature ventricular contraction, ventricular escape. */
const VENTRICULAR: ReadonlySet<string> = new Set(['V', 'E']);
/** Classes N and S. Fusion, paced and unclassifiable beats belong to neither and are left out. */
const OTHER: ReadonlySet<string> = new Set(['N', 'L', 'R', 'e', 'j', 'A', 'a', 'J', 'S', 'n']);

export interface LabelledBeat {
  /** Sample at 300 Hz. */
  readonly at: number;
  readonly ventricular: boolean;
}

export interface VentricularRecord {
  readonly name: string;
  /** Leads in millivolts at 300 Hz. */
  readonly leads: readonly Float32Array[];
  readonly beats: readonly LabelledBeat[];
}

/** @throws DynamicDeepError the reader's errors */
export async function loadVentricular(folder: string, name: string): Promise<VentricularRecord> {
  const { leads, rate } = await readRecording(join(folder, name));
  const annotations = await readAnnotations(join(folder, name));
  const beats = annotations
    .filter(({ symbol }) => VENTRICULAR.has(symbol) || OTHER.has(symbol))
    .map(({ symbol, sample }) => ({
      at: Math.round((sample * MODEL_RATE) / rate),
      ventricular: VENTRICULAR.has(symbol),
    }));
  return { name, leads: leads.map(leadAtModelRate), beats };
}
