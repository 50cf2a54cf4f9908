/** Changes made to training signals so that a network sees more than its recordings: stretching, noise, coarse codes. */
import { Mdct } from '../lib/codec/mdct.js';
import type { Random } from '../lib/signal/random.js';
import { deviation } from '../lib/tasks/peaks.js';

const BLOCK = 128;
const mdct = new Mdct(BLOCK);

/** Value at a fractional index by Catmull-Rom's cubic; needs one sample before and two after `at`. */
export function cubic(samples: ArrayLike<number>, at: number): number {
  const i = Math.floor(at);
  const t = at - i;
  const [a, b, c, d] = [samples[i - 1]!, samples[i]!, samples[i + 1]!, samples[i + 2]!];
  return b + 0.5 * t * (c - a + t * (2 * a - 5 * b + 4 * c - d + t * (3 * (b - c) + d - a)));
}

/** Adds noise at a signal-to-noise ratio in decibels, both measured by their deviations. */
export function addNoise(signal: Float32Array, noise: Float32Array, decibels: number): void {
  const gain = (10 ** (-decibels / 20) * deviation(signal)) / (deviation(noise) + 1e-6);
  for (let i = 0; i < signal.length; i++) signal[i]! += gain * noise[i]!;
}

export function addWhiteNoise(signal: Float32Array, level: number, random: Random): void {
  for (let i = 0; i < signal.length; i++) signal[i]! += level * random.normal();
}

/** Start of a random stretch of `length` within `total`; every start that holds it is equally likely, the last included. */
export function drawStart(total: number, length: number, random: Random): number {
  return random.integer(total - length + 1);
}

/** A random stretch of one of several noise recordings, each at least `length` long. */
export function drawNoise(noise: readonly Float32Array[], length: number, random: Random): Float32Array {
  const source = noise[random.integer(noise.length)]!;
  const from = drawStart(source.length, length, random);
  return source.subarray(from, from + length);
}

/** The signal after a transform code with a random step: the tasks read decoded windows. */
export function coarselyCoded(signal: Float32Array, random: Random): Float32Array {
  const step = deviation(signal) * 0.1 * 12 ** random.uniform();
  const out = new Float32Array(signal.length);
  const block = new Float32Array(BLOCK);
  for (let from = -BLOCK; from < signal.length; from += BLOCK) {
    mdct.forward(signal, from, block);
    for (let k = 0; k < BLOCK; k++) {
      block[k] = Math.sign(block[k]!) * Math.floor(Math.abs(block[k]!) / step + 1 / 3) * step;
    }
    mdct.inverse(block, out, from);
  }
  return out;
}
