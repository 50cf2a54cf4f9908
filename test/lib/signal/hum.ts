/** Interference for the tests of noise: what mains put on a line, and what muscles do. */
import type { Random } from '../../../src/lib/signal/random.js';

export interface Hum {
  /** Amplitude of the fundamental. */
  readonly mv: number;
  readonly hertz: number;
  /** Turns of 2 pi at the first sample. */
  readonly phase?: number;
  /** Amplitudes of the second and the third harmonic, as shares of the fundamental. */
  readonly harmonics?: readonly [second: number, third: number];
  /** Share by which the amplitude wanders, within 7 s. */
  readonly wander?: number;
}

/** Millivolts at second `t`; harmonics that the rate does not hold are left out. */
export function humAt(t: number, rate: number, { mv, hertz, phase = 0, harmonics = [0, 0], wander = 0 }: Hum): number {
  const waves = [1, ...harmonics].map((share, i) => {
    const order = i + 1;
    if (order > 1 && order * hertz >= rate / 2) return 0;
    return share * Math.sin(2 * Math.PI * order * (hertz * t + phase) + i);
  });
  return mv * (1 + wander * Math.sin((2 * Math.PI * t) / 7)) * waves.reduce((sum, wave) => sum + wave, 0);
}

/** Muscle noise between 20 and 120 Hz, as far as the rate holds it, standard deviation 1 before it is cut below 20 Hz. */
export function muscleNoise(count: number, rate: number, random: Random): Float64Array {
  const share = 1 - Math.exp((-2 * Math.PI * 20) / rate);
  let slow = 0;
  // White to the Nyquist frequency: the more of it below 120 Hz the lower the rate.
  const strength = Math.sqrt(Math.max(1, rate / 250));
  return Float64Array.from({ length: count }, () => {
    const value = strength * random.normal();
    slow += share * (value - slow);
    return value - slow;
  });
}
