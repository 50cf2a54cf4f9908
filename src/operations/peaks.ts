/** `dynamic-deep peaks`: the R peaks of a recording, for any program that reads JSON. */
import { writeFile } from 'node:fs/promises';
import { DynamicDeepError } from '../lib/errors/index.js';
import { Network } from '../lib/model/network.js';
import { loadRpnet } from '../lib/model/task-models.js';
import { checkJsonFile } from '../lib/runtime/output-file.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { MODEL_RATE } from '../lib/signal/grid.js';
import { readRecording } from '../lib/signal/wfdb/index.js';
import { detectPeaks } from '../lib/tasks/detect-peaks.js';
import { peaksOfLead } from '../lib/tasks/lead-peaks.js';
import type { PeaksConfig } from './options.js';

/**
 * Writes `{ rate, samples }`: the lead's rate in Hz and the native sample indices of its R peaks, gap by gap.
 *
 * @throws DynamicDeepError CONFIG_INVALID where the file cannot be written, before anything is read; DATA_INVALID for a
 * lead that is not there; MODEL_INVALID; the reader's errors
 */
export async function findPeaks({ record, lead: wanted, json, models }: PeaksConfig): Promise<void> {
  await checkJsonFile(json);
  const { leads } = await readRecording(record);
  const lead = wanted === undefined ? leads[0] : leads.find(({ name }) => name === wanted);
  if (lead === undefined) {
    const there = leads.map(({ name }) => name).join(', ');
    throw new DynamicDeepError('DATA_INVALID', `${record} has no lead ${wanted ?? ''}; it has ${there}`);
  }
  const { network } = await loadRpnet(models ?? SHIPPED_MODELS);
  const rpnet = new Network(network);
  const peaks = peaksOfLead(lead, (millivolts) => detectPeaks(millivolts, rpnet));
  const samples = peaks.map((peak) => Math.round((peak * lead.rate) / MODEL_RATE));
  await writeFile(json, `${JSON.stringify({ rate: lead.rate, samples })}\n`);
}
