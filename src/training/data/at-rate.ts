import { resample } from '../../lib/signal/resample.js';
import type { Lead } from '../../lib/signal/types.js';
import { fromMillivolts, toMillivolts } from '../../lib/signal/units.js';

/** The lead as a device of another rate would have recorded it: resampled, and rounded to the same ADC units. No gaps. */
export function leadAtRate(lead: Lead, rate: number): Lead {
  if (rate === lead.rate) return lead;
  const outCount = Math.floor((lead.samples.length * rate) / lead.rate);
  const millivolts = resample(toMillivolts(lead), { rate: lead.rate, first: 0, outRate: rate, outFirst: 0, outCount });
  return { ...lead, rate, samples: fromMillivolts(millivolts, lead) };
}
