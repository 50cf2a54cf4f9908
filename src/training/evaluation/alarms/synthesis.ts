/** Synthesised signals of mean 0 and standard deviation 1: noises of electrode and muscle, and a fibrillating heart. */
import type { Random } from '../../../lib/signal/random.js';
import { mean } from '../../statistics.js';

export type Synthesis = (count: number, rate: number, random: Random) => Float64Array;

/** White noise. */
export const white: Synthesis = (count, _rate, random) =>
  unit(Float64Array.from({ length: count }, () => random.normal()));

/** Muscle artefact: 20 to 120 Hz, with a strength that varies within seconds. */
export const muscle: Synthesis = (count, rate, random) => {
  const noise = highPass(lowPass(white(count, rate, random), 120, rate), 20, rate);
  const strength = lowPass(lowPass(white(count, rate, random), 0.4, rate), 0.4, rate);
  const level = unit(strength);
  return unit(noise.map((v, i) => v * Math.exp(0.5 * level[i]!)));
};

/** Baseline wander: below 0.5 Hz. */
export const wander: Synthesis = (count, rate, random) => unit(slow(count, rate, 0.3, random));

/**
 * Electrode motion: the electrode's potential jumps and settles within a second, while stretching of the skin moves the line
 * at 1 to 10 Hz, where beats have their power.
 */
export const electrodeMotion: Synthesis = (count, rate, random) => {
  const skin = unit(highPass(lowPass(white(count, rate, random), 10, rate), 1, rate));
  const jumps = new Float64Array(count);
  let level = 0;
  for (let i = 0; i < count; i++) {
    if (random.uniform() < 1.2 / rate) level += 2 * random.normal();
    level *= Math.exp(-1 / (0.35 * rate));
    jumps[i] = level;
  }
  return unit(
    lowPass(
      skin.map((v, i) => v + jumps[i]!),
      30,
      rate,
    ),
  );
};

/**
 * Resembles ventricular fibrillation: oscillations of 3 to 9 Hz with wandering frequency and strength, without any QRS. It
 * has the spectrum of coarse fibrillation and nothing else of it.
 */
export const fibrillation: Synthesis = (count, rate, random) => {
  const base = 4 + 2 * random.uniform();
  const waves = [1, 1.31, 0.74].map((ratio, k) => {
    const drift = slow(count, rate, 0.5, random);
    const strength = slow(count, rate, 0.4, random);
    const share = [1, 0.5, 0.4][k]!;
    let phase = 2 * Math.PI * random.uniform();
    return Float64Array.from({ length: count }, (_, i) => {
      const frequency = Math.min(9, Math.max(3, ratio * base + 0.5 * drift[i]!));
      phase += (2 * Math.PI * frequency) / rate;
      return share * Math.max(0.2, 1 + 0.4 * strength[i]!) * Math.sin(phase);
    });
  });
  return unit(Float64Array.from({ length: count }, (_, i) => waves.reduce((sum, wave) => sum + wave[i]!, 0)));
};

/** Noise below `hertz`, standard deviation 1. */
function slow(count: number, rate: number, hertz: number, random: Random): Float64Array {
  // The filters settle before the first sample that counts.
  const before = Math.round((2 * rate) / hertz);
  const noise = white(count + before, rate, random);
  return unit(lowPass(lowPass(noise, hertz, rate), hertz, rate).subarray(before));
}

function lowPass(values: Float64Array, hertz: number, rate: number): Float64Array {
  const share = 1 - Math.exp((-2 * Math.PI * hertz) / rate);
  let level = 0;
  return values.map((v) => (level += share * (v - level)));
}

function highPass(values: Float64Array, hertz: number, rate: number): Float64Array {
  const low = lowPass(values, hertz, rate);
  return values.map((v, i) => v - low[i]!);
}

/** Mean 0, standard deviation 1. */
export function unit(values: Float64Array): Float64Array {
  const centre = mean(values);
  const deviation = Math.sqrt(mean(values.map((v) => (v - centre) ** 2)));
  return values.map((v) => (deviation > 0 ? (v - centre) / deviation : 0));
}
