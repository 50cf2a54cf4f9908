import { isNoisy, type NoiseOptions } from './noise.js';
import { MISSING, type Rails } from './types.js';

/** What the samples of a piece say about contact and readability. */
export interface Quality {
  /** Samples that the source does not have. */
  readonly missing: number;
  /** All present samples, `CONSTANT_SECONDS` of them at least, have one value, to the LSB. A quiet line that moves by 1 LSB is not constant. */
  readonly constant: boolean;
  /** The longest stretch at a rail lasts at least `RAIL_SECONDS`: amplitudes there are not to be trusted. */
  readonly saturated: boolean;
  /**
   * No electrode contact: the device says so, or half of the present samples lie at a rail, `RAIL_SECONDS` of them at
   * least. A constant line without either is not off for certain: it may be asystole.
   */
  readonly leadOff: boolean;
  /** Too noisy to be read, by `isNoisy`; what is off or constant has other names. */
  readonly noisy: boolean;
}

export interface QualityOptions extends NoiseOptions {
  /**
   * Lowest and highest ADC value the device can give: values at or beyond them are at the rail. Where they are unknown
   * no saturation is seen: a plateau alone may as well be a quiet baseline.
   */
  readonly rails?: Rails;
  /** The device's own lead-off flag. */
  readonly deviceLeadOff?: boolean;
}

/** A pacing pulse that clips for a sample or two is no saturation. */
const RAIL_SECONDS = 0.04;
/** A few samples before a hole may be equal by chance: they are no line. */
const CONSTANT_SECONDS = 0.2;

/**
 * Flags of a piece of native ADC values. A window without any sample is neither constant nor off: it is missing, and
 * a gap is told apart from a lead that came off.
 */
export function assessQuality(samples: Int32Array, options: QualityOptions): Quality {
  const { rate, rails = { low: -Infinity, high: Infinity }, deviceLeadOff = false } = options;
  let missing = 0;
  let low = Infinity;
  let high = -Infinity;
  let atRail = 0;
  let stretch = 0;
  let longest = 0;
  for (const value of samples) {
    if (value === MISSING) {
      missing++;
      stretch = 0;
      continue;
    }
    low = Math.min(low, value);
    high = Math.max(high, value);
    if (value <= rails.low || value >= rails.high) {
      atRail++;
      longest = Math.max(longest, ++stretch);
    } else {
      stretch = 0;
    }
  }
  const present = samples.length - missing;
  const constant = low === high && present >= CONSTANT_SECONDS * rate;
  const saturated = longest > 0 && longest >= RAIL_SECONDS * rate;
  const leadOff = deviceLeadOff || (atRail >= present / 2 && atRail >= RAIL_SECONDS * rate);
  return { missing, constant, saturated, leadOff, noisy: !leadOff && !constant && isNoisy(samples, options) };
}
