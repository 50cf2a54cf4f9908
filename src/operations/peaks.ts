/** `dynamic-deep peaks`: the R peaks of a recording, for any program that reads JSON. */
import { writeFile } from 'node:fs/promises';
import { DynamicDeepError } from '../lib/errors/index.js';
import { Network } from '../lib/model/network.js';
import { loadRpnet } from '../lib/model/task-models.js';
import { SHIPPED_MODELS } from '../lib/runtime/paths.js';
import { MODEL_RATE, modelIndex } from '../lib/signal/grid.js';
import { resample } from '../lib/signal/resample.js';
import { runs } from '../lib/signal/runs.js';
import type { Lead } from '../lib/signal/types.js';
import { toMillivolts } from '../lib/signal/units.js';
import { readRecording } from '../lib/signal/wfdb/index.js';
import { detectPeaks } from '../lib/tasks/detect-peaks.js';
import type { PeaksConfig } from './options.js';

/** Less than this, in samples at 300 Hz, holds no beat that could be told from noise. */
const SHORTEST = 256;

/** Writes `{ rate, samples }`: the lead's rate in Hz and the native sample indices of its R peaks, gap by gap. */
export async function findPeaks({ record, lead: wanted, json, models }: PeaksConfig): Promise<void> {
  const { leads } = await readRecording(record);
  const lead = wanted === undefined ? leads[0] : leads.find(({ name }) => name === wanted);
  if (lead === undefined) {
    const there = leads.map(({ name }) => name).join(', ');
    throw new DynamicDeepError('DATA_INVALID', `${record} has no lead ${wanted ?? ''}; it has ${there}`);
  }
  const { network } = await loadRpnet(models ?? SHIPPED_MODELS);
  const rpnet = new Network(network);
  const samples = runs(lead.samples).flatMap((run) => peaksOfRun(lead, run, rpnet));
  await writeFile(json, `${JSON.stringify({ rate: lead.rate, samples })}\n`);
}

function peaksOfRun(lead: Lead, run: { start: number; length: number }, rpnet: Network): number[] {
  const { rate } = lead;
  const outFirst = modelIndex(run.start, rate);
  const outCount = modelIndex(run.start + run.length, rate) - outFirst;
  if (outCount < SHORTEST) return [];
  const millivolts = toMillivolts(lead, run.start, run.start + run.length);
  const signal = resample(millivolts, { rate, first: run.start, outRate: MODEL_RATE, outFirst, outCount });
  return detectPeaks(signal, rpnet).map((peak) => Math.round(((outFirst + peak) * rate) / MODEL_RATE));
}
