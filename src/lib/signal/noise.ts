/**
 * Decides whether a stretch of signal is too noisy to be read. Cheap, and reluctant to say so: a noisy window silences
 * physiological alarms.
 *
 * Two measures, in blocks of about 4 ms. Muscle noise: the median of |x(t) - (x(t-8 ms) + x(t+8 ms)) / 2|, a band around 60 Hz
 * in which beats, P and T waves, VF and a quiet line have little. It is compared with the slope of the beats (mean absolute
 * difference over 20 ms, the highest of each second, their median). Baseline: the range of the means of half a second. Mains
 * hum alone is not noise. If the first measure finds noise, the hum is removed; the piece is then noisy if the rest is, or if
 * the rest shows beats that the hum hides from RPnet. A line without beats is read under any hum. Thresholds and their hits on
 * training records: docs/decisions/2026-11-25-quality.md. Noise without high frequencies (electrode motion, or noise that a
 * hand-held recorder has filtered) is not detected here: the rhythm classifier has a class for it.
 */
import { withoutHum } from './mains.js';
import { MISSING } from './types.js';

export interface NoiseOptions {
  /** Native rate in Hz; below 100 Hz only the baseline is judged. */
  readonly rate: number;
  /** ADC units per millivolt. */
  readonly gain: number;
}

const BLOCK_RATE = 250;
const LOWEST_RATE = 100;
/** Shorter stretches have too few beats to compare with. */
const SHORTEST_SECONDS = 0.8;
const HALF_BAND_SECONDS = 0.008;
const SLOPE_SECONDS = 0.02;
const MEAN_SECONDS = 0.08;
/** A line with less noise than this is readable however small its beats are: asystole is not noise. RPnet reads such lines. */
const NOISE_MV = 0.1;
/** Share of the beats' slope from which on noise counts. Sinusoids of 9 Hz and below, which VF is made of, have less. */
const NOISE_SHARE = 0.1;
/** Minimum slope of beats. P waves of up to 0.2 mV have less: asystole with P waves is read under any hum. */
const BEAT_MV = 0.1;
/** Beats are at least this many times as steep as the median of the line; VF, white noise and a quiet line are not. */
const BEAT_STANDS_OUT = 3;
/**
 * Under hum of more than this many times the slope of the beats, by the noise measure, RPnet may miss all beats of 3 s
 * (`bench/hum.ts`).
 */
const HUM_SHARE = 2.5;
/**
 * IEC 60601-2-25 asks recorders to accept offsets of up to 5 mV; a baseline that wanders over a wider range is off the paper.
 */
const BASELINE_MV = 5;

/** Whether `samples`, native ADC values, are too noisy to be read. MISSING ones are skipped. */
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
 * Noise measure of a stretch, hum included, divided by the slope of the beats that the hum covers. What RPnet tolerates is
 * measured in this unit (`bench/hum.ts`). NaN if the stretch is too short.
 */
export function humShare(samples: Int32Array, options: NoiseOptions): number {
  const { blocks, blockRate } = blocksOf(samples, options);
  const line = withoutHum({ values: blocks, rate: blockRate, sampledAt: options.rate });
  return highFrequencies(blocks, blockRate) / slopesOf(line, blockRate).beats;
}

/** Whether beats, if there are any, are lost in noise. */
function drowns(noise: number, { beats }: Slopes): boolean {
  return noise >= NOISE_MV && noise >= NOISE_SHARE * beats;
}

/** Whether there are beats that RPnet would miss because of the hum. */
function hides(hum: number, { beats, usual }: Slopes): boolean {
  return beats >= BEAT_MV && beats >= BEAT_STANDS_OUT * usual && hum >= HUM_SHARE * beats;
}

/** Means of about 4 ms, in mV. */
interface Blocks {
  readonly blocks: Float64Array;
  /** Rate of the blocks in Hz. */
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
  /** Median of the highest slopes of each second. */
  readonly beats: number;
  /** Median of all slopes. */
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
  // The last second may be incomplete and have no beat.
  if (highest.length > 1 && (blocks.length - span) % second < second / 2) highest.pop();
  return { beats: median(Float64Array.from(highest)), usual: median(slopes) };
}

function median(values: Float64Array): number {
  return values.sort()[values.length >> 1] ?? 0;
}
