/** Exports windows of one lead as a WFDB record: header and samples. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MISSING, type Lead } from '../lib/signal/types.js';
import { writeRecording } from '../lib/signal/wfdb/index.js';
import type { SignalWindow } from '../lib/wire/index.js';

export interface WfdbFiles {
  readonly header: Buffer;
  readonly samples: Buffer;
}

/** Longest record in seconds: a mistyped time must not exhaust the memory. */
export const MOST_SECONDS = 600;

/**
 * Rate, gain and baseline are those of the first window. If windows differ in rate (a lossless one has the device's), each
 * sample is the nearest one in time. Samples that no window holds are missing. A lead that is not calibrated has gain 0,
 * which WFDB reads as unknown.
 */
export async function exportWfdb(
  name: string,
  windows: readonly SignalWindow[],
  { from, to }: { readonly from: number; readonly to: number },
  calibrated: boolean,
): Promise<WfdbFiles | undefined> {
  const [first] = windows;
  if (first === undefined) return undefined;
  const { rate, gain, baseline, lead } = first;
  const count = Math.min(MOST_SECONDS * rate, Math.round(((to - from) * rate) / 1000));
  const samples = new Int32Array(count).fill(MISSING);
  for (const window of windows) {
    const firstAt = window.epoch + (1000 * window.firstIndex) / window.rate;
    const length = window.samples.length / 2;
    const begin = Math.max(0, Math.ceil(((firstAt - from) * rate) / 1000 - 1e-6));
    const end = Math.min(count, Math.ceil(((firstAt - from) * rate) / 1000 + (length * rate) / window.rate - 1e-6));
    for (let i = begin; i < end; i++) {
      const at = Math.round(((from + (1000 * i) / rate - firstAt) * window.rate) / 1000);
      const value = window.samples.readInt16LE(2 * Math.min(length - 1, Math.max(0, at)));
      samples[i] = Math.round(((value - window.baseline) / window.gain) * gain + baseline);
    }
  }
  const out: Lead = { name: lead, rate, gain, baseline, calibrated, samples };
  const folder = await mkdtemp(join(tmpdir(), 'dynamic-deep-export-'));
  try {
    await writeRecording(folder, { name, rate, leads: [out], start: new Date(from), warnings: [] });
    return {
      header: await readFile(join(folder, `${name}.hea`)),
      samples: await readFile(join(folder, `${name}.dat`)),
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
