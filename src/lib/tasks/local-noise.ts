/**
 * Noise in a part of what is looked at, millivolts at 300 Hz. A window is NOISY as a whole, but noise begins and ends anywhere, and
 * what is behind it must not be measured by it.
 */
import { MODEL_RATE } from '../signal/grid.js';
import { isNoisy } from '../signal/noise.js';
import { deviation } from './peaks.js';

/** Half a second. Noise that lasts less holds three beats at most, and the usual height is a median of eight. */
const STRIP = MODEL_RATE / 2;
/** The deviation of noise beside which RPnet loses beats: so many times the height of what can be read, and so many millivolts. */
const STRONG = 0.8;
const STRONG_MV = 1.5;
/** Strong noise is left so many times as high as the rest, and so high at least: half a second that can be read may hold no beat. */
const LEFT = 1.5;
const LEFT_MV = 2;
/** Units a millivolt in which `isNoisy` is asked. */
const GAIN = 1000;

/** Whether the second around sample `at` is too noisy to be read. */
export function isNoiseAround(millivolts: Float32Array, at: number): boolean {
  const from = Math.max(0, Math.min(at - STRIP, millivolts.length - 2 * STRIP));
  const around = Int32Array.from(millivolts.subarray(from, from + 2 * STRIP), (mv) => Math.round(GAIN * mv));
  return isNoisy(around, { rate: MODEL_RATE, gain: GAIN });
}

/**
 * The signal with strong noise made about as high as the rest of it: RPnet scales what it sees by its deviation, and beside such noise
 * beats vanish. The very same array where there is none, or nothing else.
 */
export function calmed(millivolts: Float32Array): Float32Array {
  const strips = Array.from({ length: Math.ceil(millivolts.length / STRIP) }, (_, i) => i * STRIP);
  const noisy = strips.map((from) => isNoiseAround(millivolts, from + STRIP / 2));
  if (!noisy.includes(true)) return millivolts;
  const of = (wanted: (i: number) => boolean): Float32Array =>
    millivolts.filter((_, i) => wanted(Math.floor(i / STRIP)));
  // Beside a noisy strip the end of its noise may lie.
  const readable = of((i) => !noisy.slice(Math.max(0, i - 1), i + 2).includes(true));
  if (readable.length === 0) return millivolts;
  const low = readable.reduce((least, mv) => Math.min(least, mv));
  const high = readable.reduce((most, mv) => Math.max(most, mv));
  if (deviation(of((i) => noisy[i]!)) < Math.max(STRONG_MV, STRONG * (high - low))) return millivolts;
  const middle = (low + high) / 2;
  const reach = Math.max(LEFT_MV, LEFT * (high - low)) / 2;
  return millivolts.map((mv) => Math.max(middle - reach, Math.min(middle + reach, mv)));
}
