import { isNoisy, type NoiseOptions } from './noise.js';
import { MISSING, type Rails } from './types.js';

/** Contact and readability of a piece, judged by its samples. */
export interface Quality {
  /** Samples that the source does not have. */
  readonly missing: number;
  /**
   * All samples present, at least `CONSTANT_SECONDS` of them, have the same value to the LSB. A quiet line that moves by 1 LSB
   * is not constant.
   */
  readonly constant: boolean;
  /** The longest stretch at a rail lasts at least `RAIL_SECONDS`: amplitudes there cannot be trusted. */
  readonly saturated: boolean;
  /**
   * No electrode contact: the device says so, or half of the samples present, at least `RAIL_SECONDS` of them, lie at a rail. A
   * constant line without either is not certain to be off: it may be asystole.
   */
  readonly leadOff: boolean;
  /** Too noisy to be read, by `isNoisy`. False if the lead is off or constant: those have their own flags. */
  readonly noisy: boolean;
}

export interface QualityOptions extends NoiseOptions {
  /**
   * Lowest and highest ADC value that the device can give; values at or beyond them are at the rail. Without them no saturation
   * is detected: a plateau alone may also be a quiet baseline.
   */
  readonly rails?: Rails;
  /** The device's own lead-off flag. */
  readonly deviceLeadOff?: boolean;
}

/** A pacing pulse that clips for a sample or two is not saturation. */
const RAIL_SECONDS = 0.04;
/** A few samples before a hole may be equal by chance: that is not a constant line. */
export const CONSTANT_SECONDS = 0.2;

/**
 * Assesses a piece of native ADC values. A piece without any sample is neither constant nor off: it is missing, and a gap is
 * told apart from a lead that came off.
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
