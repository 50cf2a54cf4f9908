import { MODEL_RATE } from '../../lib/signal/grid.js';
import { resample } from '../../lib/signal/resample.js';
import { runs } from '../../lib/signal/runs.js';
import type { Lead } from '../../lib/signal/types.js';
import { toMillivolts } from '../../lib/signal/units.js';

/** A lead in millivolts at 300 Hz from its first sample to its first gap; empty where it begins with one. */
export function leadAtModelRate(lead: Lead): Float32Array {
  const [run] = runs(lead.samples);
  if (run?.start !== 0) return new Float32Array();
  const outCount = Math.floor((run.length * MODEL_RATE) / lead.rate);
  return resample(toMillivolts(lead, 0, run.length), {
    rate: lead.rate,
    first: 0,
    outRate: MODEL_RATE,
    outFirst: 0,
    outCount,
  });
}
