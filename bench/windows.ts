import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { nativeIndex, WINDOW } from '../src/lib/signal/grid.js';
import { readRecording } from '../src/lib/signal/wfdb/index.js';

/** One lead of a record on the window grid. */
export interface LeadWindows {
  readonly name: string;
  readonly samples: Int16Array;
  /** Whole windows; a shorter remainder at the end of the lead is left out. */
  readonly windows: readonly Int16Array[];
}

/** Names of the WFDB records in `folder`, sorted. */
export async function recordsOf(folder: string): Promise<string[]> {
  const files = await readdir(folder);
  return files
    .filter((file) => file.endsWith('.hea'))
    .map((file) => file.slice(0, -4))
    .sort();
}

/** Every lead of a record as int16, cut into the windows of the product's grid at the lead's own rate. */
export async function leadWindows(folder: string, name: string): Promise<LeadWindows[]> {
  const { leads } = await readRecording(path.join(folder, name));
  return leads.map((lead, number) => {
    const samples = Int16Array.from(lead.samples, (x) => Math.max(-32_768, x));
    const windows: Int16Array[] = [];
    for (let n = 0; nativeIndex((n + 1) * WINDOW, lead.rate) <= samples.length; n++) {
      windows.push(samples.slice(nativeIndex(n * WINDOW, lead.rate), nativeIndex((n + 1) * WINDOW, lead.rate)));
    }
    return { name: `${name}:${number}`, samples, windows };
  });
}
