/** Plays real beats at rates that are rare in the training: shortens the time between QRS complexes, not the complexes. */
import { MODEL_RATE } from '../lib/signal/grid.js';
import type { Random } from '../lib/signal/random.js';
import { cubic } from './augmentation.js';
import type { BeatRecord } from './data/mitbih.js';

/** Samples on either side of an R-peak that keep their speed: 70 ms. */
const KEPT = 21;
/** Beats a minute. */
const SLOWEST = 130;
const FASTEST = 250;
/** Longer intervals hold beats that the record omits, or a gap, and are not shortened. */
const LONGEST = 3 * MODEL_RATE;

/** Samples at 300 Hz, and the positions of the beats in them. */
export interface PlayedBeats {
  readonly signal: Float32Array;
  readonly beats: Float64Array;
}

/** Plays beats of a record, `rate` a minute, as `length` samples (300 Hz, mV); undefined if the record has too few. */
export type PlayBeats = (
  record: Pick<BeatRecord, 'samples' | 'peaks'>,
  length: number,
  random: Random,
  rate?: number,
) => PlayedBeats | undefined;

/** By default 130 to 250 a minute, even or uneven, from a random beat on; intervals that are already shorter stay. */
export const quickBeats: PlayBeats = (
  { samples, peaks },
  length,
  random,
  rate = SLOWEST + (FASTEST - SLOWEST) * random.uniform(),
) => {
  const interval = (60 * MODEL_RATE) / rate;
  const uneven = random.uniform() < 0.3 ? 0.25 : 0.03;
  const signal = new Float32Array(length);
  const beats: number[] = [];
  let k = random.integer(Math.max(1, peaks.length - Math.ceil((1.6 * length) / interval)));
  let at = -interval * random.uniform();
  for (; at < length; k++) {
    const [beat, next] = [peaks[k], peaks[k + 1]];
    if (
      beat === undefined ||
      next === undefined ||
      next + KEPT >= samples.length - 2 ||
      beat < 2 ||
      next - beat > LONGEST
    )
      return undefined;
    const own = Math.min(next - beat, Math.max(2 * KEPT + 6, interval * (1 + uneven * (2 * random.uniform() - 1))));
    if (at >= 0) beats.push(at);
    for (let i = Math.max(0, Math.ceil(at)); i < Math.min(length, at + own); i++) {
      signal[i] = cubic(samples, beat + paced(i - at, own, next - beat));
    }
    at += own;
  }
  return { signal, beats: Float64Array.from(beats) };
};

/** Source sample for sample `at` of an interval of `whole` samples that is played in `own` samples. */
function paced(at: number, own: number, whole: number): number {
  if (at <= KEPT) return at;
  if (at >= own - KEPT) return whole - (own - at);
  return KEPT + ((at - KEPT) * (whole - 2 * KEPT)) / (own - 2 * KEPT);
}
