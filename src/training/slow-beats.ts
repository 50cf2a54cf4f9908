/** Plays real beats at rates that no record of the training has, on a quiet line between them. */
import { MODEL_RATE } from '../lib/signal/grid.js';
import type { PlayBeats } from './quick-beats.js';

/** Beats a minute. */
const SLOWEST = 12;
const FASTEST = 45;
/** Range of samples played before and behind an R-peak: with or without P wave, with T wave or cut off before it. */
const BEFORE: readonly [number, number] = [0.08 * MODEL_RATE, 0.25 * MODEL_RATE];
const BEHIND: readonly [number, number] = [0.08 * MODEL_RATE, 0.5 * MODEL_RATE];
/** Both ends of a beat fade into the line over this many samples. */
const FADE = 0.03 * MODEL_RATE;

/** By default 12 to 45 a minute. */
export const slowBeats: PlayBeats = (
  { samples, peaks },
  length,
  random,
  rate = SLOWEST + (FASTEST - SLOWEST) * random.uniform(),
) => {
  const interval = (60 * MODEL_RATE) / rate;
  const [before, behind] = [BEFORE, BEHIND].map(([least, most]) =>
    Math.round(least + (most - least) * random.uniform()),
  ) as [number, number];
  const quiet = 0.001 * 30 ** random.uniform();
  const signal = Float32Array.from({ length }, () => quiet * random.normal());
  const beats: number[] = [];
  let k = random.integer(Math.max(1, peaks.length - Math.ceil(length / interval) - 1));
  for (let at = Math.round(interval * (random.uniform() - 0.2)); at - before < length; k++) {
    const peak = Math.round(peaks[k] ?? NaN);
    // A beat takes nothing of its neighbour in the record with it.
    const reach = Math.min(behind, Math.round(0.7 * ((peaks[k + 1] ?? NaN) - peak)));
    if (!(peak >= before && peak + reach < samples.length)) return undefined;
    if (at >= 0 && at < length) beats.push(at);
    const level = samples[peak - before]!;
    const tilt = samples[peak + reach]! - level;
    for (let i = -before; i <= reach; i++) {
      if (at + i < 0 || at + i >= length) continue;
      const line = level + (tilt * (i + before)) / (reach + before);
      const fade = Math.min(1, (i + before) / FADE, (reach - i) / FADE);
      signal[at + i]! += fade * (samples[peak + i]! - line);
    }
    at += Math.round(interval * (0.9 + 0.2 * random.uniform()));
  }
  return { signal, beats: Float64Array.from(beats) };
};
