import { DynamicDeepError } from '../errors/index.js';
import { MISSING, type Lead } from './types.js';

type Scale = Pick<Lead, 'gain' | 'baseline'>;

/**
 * Converts the native samples `from` <= k < `to` of a lead to millivolts.
 *
 * @throws DynamicDeepError RECORD_INVALID if one of them is MISSING: `runs` gives the stretches without
 */
export function toMillivolts(lead: Scale & Pick<Lead, 'samples'>, from = 0, to = lead.samples.length): Float32Array {
  const { samples, gain, baseline } = lead;
  const part = samples.subarray(from, to);
  const out = new Float32Array(part.length);
  for (let k = 0; k < part.length; k++) {
    const value = part[k]!;
    if (value === MISSING) {
      throw new DynamicDeepError('RECORD_INVALID', `sample ${from + k} is missing and has no voltage`);
    }
    out[k] = (value - baseline) / gain;
  }
  return out;
}

/** Converts millivolts to ADC values, rounded to whole units; MISSING for a value that is not finite or beyond 32 bits. */
export function fromMillivolts(millivolts: Float32Array | Float64Array, scale: Scale): Int32Array {
  const out = new Int32Array(millivolts.length);
  for (let k = 0; k < out.length; k++) {
    const value = Math.round(millivolts[k]! * scale.gain + scale.baseline);
    out[k] = Math.abs(value) < 2 ** 31 ? value : MISSING;
  }
  return out;
}
