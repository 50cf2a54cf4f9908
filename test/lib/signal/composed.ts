/** Signals composed of shipped recordings, for the tests of early closes: known last beats, known rates. */
import { join } from 'node:path';
import { SHIPPED_SAMPLES } from '../../../src/lib/runtime/paths.js';
import { seededRandom } from '../../../src/lib/signal/random.js';
import { resample } from '../../../src/lib/signal/resample.js';
import { readAnnotations, readRecording } from '../../../src/lib/signal/wfdb/index.js';

export const GAIN = 200;
const BEATS = new Set('NLRBAaJSVrFejnE/fQ?'.split(''));

export interface Composed {
  readonly samples: Int32Array;
  /** Seconds of the R peaks. */
  readonly beats: readonly number[];
  readonly rate: number;
}

/** The first `seconds` of a shipped MIT-BIH record's first lead at `rate`, 200 units a millivolt around 0. */
export async function sample(name: string, rate: number, seconds: number): Promise<Composed> {
  const path = join(SHIPPED_SAMPLES, name);
  const lead = (await readRecording(path)).leads[0]!;
  const beats = (await readAnnotations(path))
    .filter(({ symbol }) => BEATS.has(symbol))
    .map(({ sample: at }) => at / lead.rate)
    .filter((at) => at < seconds - 0.5);
  const native = Float32Array.from(lead.samples.subarray(0, seconds * lead.rate), (v) => v - lead.baseline);
  const out = resample(native, { rate: lead.rate, first: 0, outRate: rate, outFirst: 0, outCount: seconds * rate });
  return { samples: Int32Array.from(out, Math.round), beats, rate };
}

/** Beats up to beat `last`, then its own level with noise of `noiseMv` (white, standard deviation). */
export function asystole({ samples, beats, rate }: Composed, last: number, seconds: number, noiseMv: number): Composed {
  const random = seededRandom(7);
  // Behind the T wave.
  const cut = Math.round((beats[last]! + 0.5) * rate);
  const level = samples[cut - 1]!;
  const out = new Int32Array(cut + seconds * rate);
  out.set(samples.subarray(0, cut));
  for (let i = cut; i < out.length; i++) out[i] = Math.round(level + random.normal() * noiseMv * GAIN);
  return { samples: out, beats: beats.slice(0, last + 1), rate };
}

/** Beats up to beat `last`, then waves like those of ventricular fibrillation: 4 to 7 Hz, `mv` high, their strength wandering. */
export function fibrillating(record: Composed, last: number, seconds: number, mv: number): Composed {
  const quiet = asystole(record, last, seconds, 0.01);
  const { samples, rate } = quiet;
  const from = samples.length - seconds * rate;
  for (let i = from; i < samples.length; i++) {
    const t = (i - from) / rate;
    const strength = 0.6 + 0.3 * Math.sin(1.9 * t) + 0.1 * Math.sin(0.7 * t);
    const waves = Math.sin(2 * Math.PI * (4.7 * t + 0.3 * Math.sin(t))) + 0.4 * Math.sin(2 * Math.PI * 6.6 * t + 1);
    samples[i] = Math.round(samples[i]! + (strength * waves * mv * GAIN) / 2);
  }
  return quiet;
}

/** One real beat of the record again and again, `interval` seconds apart, on its own level. */
export function paced({ samples, beats, rate }: Composed, interval: number, seconds: number): Int32Array {
  const from = Math.round((beats[2]! - 0.12) * rate);
  const beat = samples.subarray(from, from + Math.round(0.22 * rate));
  const level = beat[0]!;
  const random = seededRandom(11);
  const out = Int32Array.from({ length: seconds * rate }, () => Math.round(level + random.normal()));
  for (let at = 0; at + beat.length < out.length; at += Math.round(interval * rate)) {
    beat.forEach((v, i) => {
      // The end of the excerpt meets the level without a step.
      const fade = Math.min(1, (beat.length - i) / (0.06 * rate));
      out[at + i] = Math.round(level + (v - level) * fade);
    });
  }
  return out;
}
