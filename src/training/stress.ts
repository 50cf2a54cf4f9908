/** Noise stress test by Moody, Muldrow and Mark (1984): noise is scaled to the QRS complexes, not to the whole signal. */
import type { PeakDetector } from '../lib/tasks/lead-peaks.js';
import { deviation } from '../lib/tasks/peaks.js';
import type { BeatRecord } from './data/mitbih.js';
import { comparePeaks, type PeakOutcome } from './evaluation/peak-scores.js';

/** Half of the range around an R-peak in which the QRS complex is measured: 50 ms at 300 Hz. */
export const HALF_QRS = 15;

/** The record's millivolts with noise at `decibels`; signal power is that of a sine as high as the median QRS complex. */
export function stressed({ samples, peaks }: BeatRecord, noise: Float32Array, decibels: number): Float32Array {
  const heights = Array.from(peaks, (peak) => {
    const around = samples.subarray(Math.max(0, Math.round(peak) - HALF_QRS), Math.round(peak) + HALF_QRS + 1);
    return around.length === 0 ? 0 : Math.max(...around) - Math.min(...around);
  }).sort((a, b) => a - b);
  const height = heights[heights.length >> 1] ?? 0;
  const gain = (height / Math.sqrt(8) / (deviation(noise) + 1e-9)) * 10 ** (-decibels / 20);
  return samples.map((v, i) => v + gain * noise[i]!);
}

/** A detector's outcome for each record under noise at `decibels`; `noiseOf` makes `length` samples at 300 Hz for each. */
export function stressOutcomes(
  records: readonly BeatRecord[],
  decibels: number,
  noiseOf: (length: number) => Float32Array,
  detect: PeakDetector,
): PeakOutcome[] {
  return records.map((record) => {
    const noisy = stressed(record, noiseOf(record.samples.length), decibels);
    return comparePeaks(record.peaks, detect(noisy));
  });
}
