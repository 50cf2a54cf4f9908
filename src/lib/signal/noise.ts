/**
 * Whether a stretch of signal is too noisy to be read. Cheap, and shy: a noisy window silences physiological alarms.
 *
 * Two measures, in blocks of about 4 ms. Muscle noise: the median of |x(t) - (x(t-8 ms) + x(t+8 ms)) / 2|, a band around
 * 60 Hz in which beats, P and T waves, VF and a quiet line have little, against the slope of the beats (mean absolute
 * difference over 20 ms, the highest of each second, their median). Baseline: how far means of half a second wander.
 * Mains hum is no noise by itself: where the first measure says so the hum is taken out, and then the piece is noisy if the
 * rest is, or if beats show in the rest that the hum hides from RPnet. A line without beats is read under any hum.
 * Thresholds and their hits on training records: docs/decisions/2026-11-25-quality.md. Noise without high frequencies
 * (electrode motion, what a hand-held recorder has filtered) is not seen here: the rhythm classifier has a class for it.
 */
import { withoutHum } from './mains.js';
import { MISSING } from './types.js';

export interface NoiseOptions {
  /** Native rate in Hz; below 100 Hz only the baseline is judged. */
  readonly rate: number;
  /** ADC units a millivolt. */
  readonly gain: number;
}

const BLOCK_RATE = 250;
const LOWEST_RATE = 100;
/** Stretches that are shorter have too few beats to compare with. */
const SHORTEST_SECONDS = 0.8;
const HALF_BAND_SECONDS = 0.008;
const SLOPE_SECONDS = 0.02;
const MEAN_SECONDS = 0.08;
/** A line quieter than this is readable however little its beats stand out: asystole is no noise. RPnet reads such lines. */
const NOISE_MV = 0.1;
/** Sinusoids of 9 Hz and below, which VF is made of, have less. */
const NOISE_SHARE = 0.1;
/** Slope of beats; P waves of up to 0.2 mV have less: asystole with P waves is read under any hum. */
const BEAT_MV = 0.1;
/** Beats are so many times as steep as the median of the line; VF, white noise and a quiet line are not. */
const BEAT_STANDS_OUT = 3;
/** Under hum that is, by the measure of noise, more than this share of their slope RPnet may miss all beats of 3 s (`bench/hum.ts`). */
const HUM_SHARE = 2.5;
/** IEC 60601-2-25 asks recorders for offsets of up to 5 mV; a line that wanders through more is off the paper. */
const BASELINE_MV = 5;

/** `samples`: native ADC values; those that are MISSING are passed over. */
export function isNoisy(samples: Int32Array, options: NoiseOptions): boolean {
  const { rate } = options;
  const { blocks, blockRate } = blocksOf(samples, options);
  if (blocks.length < SHORTEST_SECONDS * blockRate) return false;
  if (baselineRange(blocks, blockRate) >= BASELINE_MV) return true;
  if (rate < LOWEST_RATE) return false;
  const withHum = highFrequencies(blocks, blockRate);
  if (withHum < NOISE_MV || !drowns(withHum, slopesOf(blocks, blockRate))) return false;
  const line = withoutHum({ values: blocks, rate: blockRate, sampledAt: rate });
  const slopes = slopesOf(line, blockRate);
  return drowns(highFrequencies(line, blockRate), slopes) || hides(withHum, slopes);
}

/**
 * Hum by the measure of noise, beside the slope of the beats that it lies over: what RPnet can bear is measured in this
 * (`bench/hum.ts`). NaN for a stretch that is too short.
 */
export function humShare(samples: Int32Array, options: NoiseOptions): number {
  const { blocks, blockRate } = blocksOf(samples, options);
  const line = withoutHum({ values: blocks, rate: blockRate, sampledAt: options.rate });
  return highFrequencies(blocks, blockRate) / slopesOf(line, blockRate).beats;
}

/** Whether beats, if there are some, are lost in noise. */
function drowns(noise: number, { beats }: Slopes): boolean {
  return noise >= NOISE_MV && noise >= NOISE_SHARE * beats;
}

/** Whether there are beats, and RPnet would miss them for the hum. */
function hides(hum: number, { beats, usual }: Slopes): boolean {
  return beats >= BEAT_MV && beats >= BEAT_STANDS_OUT * usual && hum >= HUM_SHARE * beats;
}

/** Means of about 4 ms, in mV. */
interface Blocks {
  readonly blocks: Float64Array;
  /** In Hz. */
  readonly blockRate: number;
}

function blocksOf(samples: Int32Array, { rate, gain }: NoiseOptions): Blocks {
  const perBlock = Math.max(1, Math.round(rate / BLOCK_RATE));
  return { blocks: blockMeans(samples, perBlock, Math.abs(gain)), blockRate: rate / perBlock };
}

function blockMeans(samples: Int32Array, perBlock: number, gain: number): Float64Array {
  const means: number[] = [];
  let sum = 0;
  let count = 0;
  for (const value of samples) {
    if (value === MISSING) continue;
    sum += value;
    if (++count < perBlock) continue;
    means.push(sum / count / gain);
    sum = 0;
    count = 0;
  }
  return Float64Array.from(means);
}

function baselineRange(blocks: Float64Array, blockRate: number): number {
  const length = Math.round(0.5 * blockRate);
  let low = Infinity;
  let high = -Infinity;
  for (let from = 0; from + length <= blocks.length; from += length >> 1) {
    let sum = 0;
    for (let i = from; i < from + length; i++) sum += blocks[i]!;
    low = Math.min(low, sum / length);
    high = Math.max(high, sum / length);
  }
  return high - low;
}

function highFrequencies(blocks: Float64Array, blockRate: number): number {
  const half = Math.max(1, Math.round(HALF_BAND_SECONDS * blockRate));
  const out = new Float64Array(Math.max(0, blocks.length - 2 * half));
  for (let i = 0; i < out.length; i++) {
    out[i] = Math.abs(blocks[i + half]! - (blocks[i]! + blocks[i + 2 * half]!) / 2);
  }
  return median(out);
}

/** Mean absolute differences over 20 ms, in mV. */
interface Slopes {
  /** The highest of each second, their median. */
  readonly beats: number;
  /** The median of all. */
  readonly usual: number;
}

function slopesOf(blocks: Float64Array, blockRate: number): Slopes {
  const span = Math.max(1, Math.round(SLOPE_SECONDS * blockRate));
  const mean = Math.max(1, Math.round(MEAN_SECONDS * blockRate));
  const second = Math.round(blockRate);
  const slopes = new Float64Array(Math.max(0, blocks.length - span));
  const highest: number[] = [];
  let sum = 0;
  for (let i = span; i < blocks.length; i++) {
    sum += Math.abs(blocks[i]! - blocks[i - span]!);
    if (i >= span + mean) sum -= Math.abs(blocks[i - mean]! - blocks[i - mean - span]!);
    const at = Math.floor((i - span) / second);
    slopes[i - span] = sum / mean;
    highest[at] = Math.max(highest[at] ?? 0, sum / mean);
  }
  // The last second may be cut short and have no beat.
  if (highest.length > 1 && (blocks.length - span) % second < second / 2) highest.pop();
  return { beats: median(Float64Array.from(highest)), usual: median(slopes) };
}

function median(values: Float64Array): number {
  return values.sort()[values.length >> 1] ?? 0;
}
