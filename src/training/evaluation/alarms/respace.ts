/**
 * Moves real beats to other intervals; each keeps its own P wave, QRS and T wave. At another rate the QRS stays unchanged.
 * What lies before and after it is stretched in time by the square root of the ratio of intervals (Bazett), as a heart's QT
 * interval is. Where P and T waves then overlap they add up, as in a patient.
 */
import type { AnnotatedBeat } from './annotated.js';
import { mean } from '../../statistics.js';

/** A beat of the excerpt, and the frame of the output at which to put it. */
interface Placed {
  readonly source: number;
  readonly at: number;
  /** Frames to the neighbouring beats, in the excerpt and in the output. */
  readonly sourceInterval: number;
  readonly interval: number;
}

const QRS_HALF_S = 0.06;
/** Largest part of a beat used before and after its R-peak, in the excerpt. */
const BEFORE_S = 0.26;
const BEFORE_SHARE = 0.4;
const AFTER_S = 0.5;
const AFTER_SHARE = 0.6;
const TAPER_S = 0.05;
const LEVEL_S = 0.02;
/** Stretching beyond these makes shapes that no heart makes. */
const STRETCH = [0.6, 1.15] as const;

/** Adds the beats to `out`, which holds the line without beats. */
export function addBeats(out: Float64Array, signal: Float64Array, beats: readonly Placed[], rate: number): void {
  for (const beat of beats) addBeat(out, signal, beat, rate);
}

function addBeat(
  out: Float64Array,
  signal: Float64Array,
  { source, at, sourceInterval, interval }: Placed,
  rate: number,
): void {
  const before = Math.round(Math.min(BEFORE_S * rate, BEFORE_SHARE * sourceInterval));
  const after = Math.round(Math.min(AFTER_S * rate, AFTER_SHARE * sourceInterval));
  if (source - before < 0 || source + after >= signal.length) return;
  const shape = isolated(signal.subarray(source - before, source + after + 1), rate);
  const stretch = Math.min(STRETCH[1], Math.max(STRETCH[0], Math.sqrt(interval / sourceInterval)));
  const qrs = QRS_HALF_S * rate;
  const outer = (frames: number): number => Math.floor(qrs + Math.max(0, frames - qrs) * stretch);
  for (let offset = -outer(before); offset <= outer(after); offset++) {
    const position = at + offset;
    if (position < 0 || position >= out.length) continue;
    const distance = Math.abs(offset);
    const within = distance <= qrs ? distance : qrs + (distance - qrs) / stretch;
    out[position] = out[position]! + interpolate(shape, before + Math.sign(offset) * within);
  }
}

/** A beat without the line under it, tapered to 0 at both ends. */
function isolated(values: Float64Array, rate: number): Float64Array {
  const level = Math.max(1, Math.round(LEVEL_S * rate));
  const [first, last] = [mean(values.subarray(0, level)), mean(values.subarray(-level))];
  const taper = TAPER_S * rate;
  return values.map((v, i) => {
    const line = first + ((last - first) * i) / (values.length - 1);
    const edge = Math.min(i, values.length - 1 - i);
    return (v - line) * (edge >= taper ? 1 : 0.5 - 0.5 * Math.cos((Math.PI * edge) / taper));
  });
}

function interpolate(values: Float64Array, position: number): number {
  const low = Math.max(0, Math.min(values.length - 1, Math.floor(position)));
  const high = Math.min(values.length - 1, low + 1);
  const share = Math.min(1, Math.max(0, position - low));
  return (1 - share) * values[low]! + share * values[high]!;
}

/** The most frequent mnemonic. */
export function commonSymbol(beats: readonly AnnotatedBeat[]): string {
  const counts = new Map<string, number>();
  for (const { symbol } of beats) counts.set(symbol, (counts.get(symbol) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'N';
}
