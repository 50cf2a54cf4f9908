import { MODEL_RATE, modelIndex } from '../../lib/signal/grid.js';
import { resample } from '../../lib/signal/resample.js';
import { runs, type Run } from '../../lib/signal/runs.js';
import type { Lead } from '../../lib/signal/types.js';
import { toMillivolts } from '../../lib/signal/units.js';

/** A lead in millivolts at 300 Hz from its first sample to its first gap; empty if it begins with a gap. */
export function leadAtModelRate(lead: Lead): Float32Array {
  const [run] = runs(lead.samples);
  return run?.start === 0 ? runAtModelRate(lead, run) : new Float32Array();
}

/** The samples at 300 Hz that lie within a run, in millivolts. */
export function runAtModelRate(lead: Lead, { start, length }: Run): Float32Array {
  const { rate } = lead;
  const outFirst = modelIndex(start, rate);
  const outCount = Math.floor(((start + length) * MODEL_RATE) / rate) - outFirst;
  if (outCount <= 0) return new Float32Array();
  const millivolts = toMillivolts(lead, start, start + length);
  return resample(millivolts, { rate, first: start, outRate: MODEL_RATE, outFirst, outCount });
}
