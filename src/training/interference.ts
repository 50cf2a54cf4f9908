/**
 * Interference on a lead other than the noise of the stress database: mains hum, baseline wander larger than the beats, pacing
 * pulses, muscle noise, and stretched skin. All of it is synthesised with newly drawn parameters, and none of it is a beat.
 */
import { MODEL_RATE } from '../lib/signal/grid.js';
import type { Random } from '../lib/signal/random.js';
import { deviation } from '../lib/tasks/peaks.js';
import { addWhiteNoise } from './augmentation.js';

/** Adds mains hum of 0.01 to 1 mV at 50 or 60 Hz, with weaker second and third harmonics. */
export function addHum(millivolts: Float32Array, random: Random): void {
  const hertz = (random.uniform() < 0.5 ? 50 : 60) + random.uniform() - 0.5;
  const height = 0.01 * 100 ** random.uniform();
  for (const harmonic of [1, 2, 3]) {
    const pace = (2 * Math.PI * hertz * harmonic) / MODEL_RATE;
    // A recorder filters out harmonics above half the rate.
    if (pace >= Math.PI) break;
    const phase = 2 * Math.PI * random.uniform();
    const own = harmonic === 1 ? height : 0.3 * random.uniform() * height;
    for (let i = 0; i < millivolts.length; i++) millivolts[i]! += own * Math.sin(pace * i + phase);
  }
}

/** Adds wander below 0.7 Hz, 1 to 12 times the signal's deviation, at most 5 mV: beats look small on it but stay clear. */
export function addWander(millivolts: Float32Array, random: Random): void {
  const height = Math.min(5, deviation(millivolts) * 12 ** random.uniform());
  const hertz = 0.05 + 0.6 * random.uniform();
  const phase = 2 * Math.PI * random.uniform();
  const second = 2 * Math.PI * random.uniform();
  const share = random.uniform();
  for (let i = 0; i < millivolts.length; i++) {
    const angle = (2 * Math.PI * hertz * i) / MODEL_RATE;
    millivolts[i]! += height * Math.SQRT2 * (Math.sin(angle + phase) + share * Math.sin(0.37 * angle + second));
  }
}

/** Adds noise to 10% to 60% of the signal, 0.3 to 20 times its deviation; the rest stays clear. */
export function addBurst(millivolts: Float32Array, random: Random): void {
  const length = Math.round(millivolts.length * (0.1 + 0.5 * random.uniform()));
  const from = Math.round((millivolts.length + length) * random.uniform()) - length;
  const height = deviation(millivolts) * 0.3 * 66 ** random.uniform();
  const kind = random.uniform();
  const part = millivolts.subarray(Math.max(0, from), Math.max(0, from + length));
  if (kind < 0.4) {
    addWhiteNoise(part, height, random);
  } else {
    const noise = (kind < 0.7 ? muscleNoise : skinStretch)(part.length, random);
    for (let i = 0; i < part.length; i++) part[i]! += height * noise[i]!;
  }
}

/** Adds pacemaker pulses, 40 to 150 a minute, of either sign, each followed by the electrode's recovery. */
export function addPacing(millivolts: Float32Array, random: Random): void {
  const interval = (60 * MODEL_RATE) / (40 + 110 * random.uniform());
  for (let at = interval * random.uniform(); at < millivolts.length; at += interval) {
    addPulse(millivolts, at, pulseOf(random));
  }
}

/** Adds a pulse 20 to 60 ms before each beat, as if the heart followed it. */
export function addCapture(millivolts: Float32Array, beats: Float64Array, random: Random): void {
  const delay = MODEL_RATE * (0.02 + 0.04 * random.uniform());
  const pulse = pulseOf(random);
  for (const beat of beats) {
    if (beat - delay >= 0 && beat - delay < millivolts.length) addPulse(millivolts, beat - delay, pulse);
  }
}

interface Pulse {
  readonly height: number;
  /** Share of the height by which the line overshoots to the other side, and samples in which that decays to 1/e. */
  readonly recovery: number;
  readonly recoversIn: number;
}

function pulseOf(random: Random): Pulse {
  const sign = random.uniform() < 0.5 ? -1 : 1;
  return {
    height: sign * 0.1 * 20 ** random.uniform(),
    recovery: 0.2 * random.uniform(),
    recoversIn: MODEL_RATE * 0.005 * 12 ** random.uniform(),
  };
}

function addPulse(millivolts: Float32Array, at: number, { height, recovery, recoversIn }: Pulse): void {
  const first = Math.floor(at);
  const share = at - first;
  const add = (i: number, value: number): void => {
    if (i < millivolts.length) millivolts[i]! += value;
  };
  add(first, height * (1 - share));
  add(first + 1, height * share);
  const end = Math.ceil(4 * recoversIn);
  for (let i = 1; i < end; i++) add(first + 1 + i, -height * recovery * Math.exp(-i / recoversIn));
}

/**
 * Skin stretched under an electrode: noise from a lower edge of 0.3 to 2 Hz to an upper one of 4 to 20 Hz, and jumps of the
 * potential that settle within 0.1 to 1 s. `length` samples at 300 Hz with unit deviation.
 */
export function skinStretch(length: number, random: Random): Float32Array {
  const low = onePole(0.3 * 7 ** random.uniform());
  const high = onePole(4 * 5 ** random.uniform());
  const jumps = 2 * random.uniform();
  const every = MODEL_RATE / (0.3 + 2 * random.uniform());
  const settle = Math.exp(-1 / (MODEL_RATE * 0.1 * 10 ** random.uniform()));
  const out = new Float32Array(length);
  let [slow, band, level] = [0, 0, 0];
  // The filters settle before the first sample that counts.
  for (let i = -5 * MODEL_RATE; i < length; i++) {
    band += high * (random.normal() - band);
    slow += low * (band - slow);
    if (random.uniform() < 1 / every) level += random.normal();
    level *= settle;
    if (i >= 0) out[i] = (band - slow) / Math.sqrt(high) + jumps * level;
  }
  const scale = 1 / (deviation(out) + 1e-6);
  return out.map((v) => v * scale);
}

/** Noise above 0 or 5 to 40 Hz, its strength varying within seconds. `length` samples at 300 Hz with unit deviation. */
export function muscleNoise(length: number, random: Random): Float32Array {
  const low = random.uniform() < 0.4 ? 0 : onePole(5 * 8 ** random.uniform());
  const pace = onePole(0.1 + random.uniform());
  const depth = random.uniform() / Math.sqrt(pace / 2);
  let [slow, strength] = [0, 0];
  const out = Float32Array.from({ length }, () => {
    const white = random.normal();
    slow += low * (white - slow);
    strength += pace * (random.normal() - strength);
    return (white - slow) * Math.exp(depth * strength);
  });
  const scale = 1 / (deviation(out) + 1e-6);
  return out.map((v) => v * scale);
}

function onePole(hertz: number): number {
  return 1 - Math.exp((-2 * Math.PI * hertz) / MODEL_RATE);
}
