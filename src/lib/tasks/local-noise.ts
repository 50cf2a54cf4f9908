/**
 * Finds noise in parts of a signal in millivolts at 300 Hz. The flag NOISY is for a whole window, but noise begins and ends
 * anywhere, and the signal after it must not be judged by it.
 */
import { MODEL_RATE } from '../signal/grid.js';
import { isNoisy } from '../signal/noise.js';
import { deviation } from './peaks.js';

/** Half a second. Shorter noise holds three beats at most, and the usual height is a median of eight. */
const STRIP = MODEL_RATE / 2;
/**
 * RPnet loses beats next to noise whose deviation is at least this many times the height of the readable signal, and this many
 * millivolts.
 */
const STRONG = 0.8;
const STRONG_MV = 1.5;
/**
 * Strong noise is clipped to this many times the height of the rest, and not to less than this many millivolts: half a second
 * of readable signal may hold no beat.
 */
const LEFT = 1.5;
const LEFT_MV = 2;
/** Units per millivolt passed to `isNoisy`. */
const GAIN = 1000;

/** Whether the second around sample `at` is too noisy to be read. */
export function isNoiseAround(millivolts: Float32Array, at: number): boolean {
  const from = Math.max(0, Math.min(at - STRIP, millivolts.length - 2 * STRIP));
  const around = Int32Array.from(millivolts.subarray(from, from + 2 * STRIP), (mv) => Math.round(GAIN * mv));
  return isNoisy(around, { rate: MODEL_RATE, gain: GAIN });
}

/**
 * Returns the signal with strong noise clipped to about the height of the rest. RPnet scales its input by its deviation, and
 * beats vanish next to such noise. Returns the same array if there is no strong noise, or nothing but noise.
 */
export function calmed(millivolts: Float32Array): Float32Array {
  const strips = Array.from({ length: Math.ceil(millivolts.length / STRIP) }, (_, i) => i * STRIP);
  const noisy = strips.map((from) => isNoiseAround(millivolts, from + STRIP / 2));
  if (!noisy.includes(true)) return millivolts;
  const of = (wanted: (i: number) => boolean): Float32Array =>
    millivolts.filter((_, i) => wanted(Math.floor(i / STRIP)));
  // The end of the noise may lie in a strip next to a noisy one.
  const readable = of((i) => !noisy.slice(Math.max(0, i - 1), i + 2).includes(true));
  if (readable.length === 0) return millivolts;
  const low = readable.reduce((least, mv) => Math.min(least, mv));
  const high = readable.reduce((most, mv) => Math.max(most, mv));
  if (deviation(of((i) => noisy[i]!)) < Math.max(STRONG_MV, STRONG * (high - low))) return millivolts;
  const middle = (low + high) / 2;
  const reach = Math.max(LEFT_MV, LEFT * (high - low)) / 2;
  return millivolts.map((mv) => Math.max(middle - reach, Math.min(middle + reach, mv)));
}
