/** A record's own line without beats: its wander through the isoelectric points, and its texture between T and P waves. */
import type { Random } from '../../../lib/signal/random.js';
import type { AnnotatedBeat } from './annotated.js';
import type { Canvas } from './canvas.js';
import { mean } from '../../statistics.js';

/** Distance of the isoelectric point before the R-peak, in the PR segment; its level is a mean over a few milliseconds. */
const ISOELECTRIC_S = 0.08;
const ISOELECTRIC_HALF_S = 0.01;
/** The quiet line between beats: from the end of the T wave to before the P wave. */
const T_END_S = 0.42;
const T_END_SHARE = 0.55;
const P_BEGIN_S = 0.22;
const LEAST_QUIET_S = 0.06;
const LEAST_SEGMENTS = 3;
const BLEND_S = 0.012;

/** Line through the beats' isoelectric points, millivolts at each frame; medians of three suppress odd beats. */
export function wanderOf(signal: Float64Array, beats: readonly AnnotatedBeat[], rate: number): Float64Array {
  const half = Math.round(ISOELECTRIC_HALF_S * rate);
  const points = beats
    .map(({ frame }) => Math.round(frame - ISOELECTRIC_S * rate))
    .filter((at) => at >= half && at + half < signal.length)
    .map((at) => ({ at, level: mean(signal.subarray(at - half, at + half + 1)) }));
  const smooth = points.map(({ at, level }, i) => {
    const around = [points[i - 1]?.level ?? level, level, points[i + 1]?.level ?? level].sort((a, b) => a - b);
    return { at, level: around[1]! };
  });
  const line = new Float64Array(signal.length).fill(smooth[0]?.level ?? mean(signal));
  smooth.forEach(({ at, level }, i) => {
    const next = smooth[i + 1];
    const end = next?.at ?? signal.length;
    for (let t = at; t < end; t++) {
      line[t] = next === undefined ? level : level + ((next.level - level) * (t - at)) / (next.at - at);
    }
  });
  return line;
}

/** Quiet segments of an excerpt, the same frames on every lead, trends removed. */
export interface Texture {
  /** [segment][lead], millivolts. */
  readonly segments: readonly (readonly Float64Array[])[];
  readonly rate: number;
}

/** The quieter half of the segments between T and P waves; undefined if the beats leave no room for them. */
export function textureOf({ leads, sourceBeats, rate }: Canvas): Texture | undefined {
  const found: { rms: number; segment: Float64Array[] }[] = [];
  sourceBeats.slice(1).forEach(({ frame: next }, i) => {
    const beat = sourceBeats[i]!.frame;
    const from = Math.round(beat + Math.max(T_END_S * rate, T_END_SHARE * (next - beat)));
    const to = Math.round(next - P_BEGIN_S * rate);
    if (to - from < LEAST_QUIET_S * rate) return;
    const segment = leads.map(({ original }) => detrended(original.subarray(from, to)));
    found.push({ segment, rms: Math.max(...segment.map((s) => Math.sqrt(mean(s.map((v) => v * v))))) });
  });
  found.sort((a, b) => a.rms - b.rms);
  const segments = found.slice(0, Math.ceil(found.length / 2)).map(({ segment }) => segment);
  return segments.length < LEAST_SEGMENTS ? undefined : { segments, rate };
}

/** `count` frames of quiet line for every lead: segments in random order, blended where they meet. */
export function drawTexture({ segments, rate }: Texture, count: number, random: Random): Float64Array[] {
  const out = segments[0]!.map(() => new Float64Array(count));
  const blend = Math.round(BLEND_S * rate);
  for (let at = 0; at < count;) {
    const segment = segments[random.integer(segments.length)]!;
    const { length } = segment[0]!;
    segment.forEach((values, lead) => {
      const line = out[lead]!;
      for (let i = 0; i < length && at + i < count; i++) {
        const weight = at > 0 && i < blend ? (i + 1) / (blend + 1) : 1;
        line[at + i] = (1 - weight) * line[at + i]! + weight * values[i]!;
      }
    });
    at += length - blend;
  }
  return out;
}

/** Removes mean and slope. */
function detrended(values: Float64Array): Float64Array {
  const centre = (values.length - 1) / 2;
  const level = mean(values);
  let xy = 0;
  let xx = 0;
  values.forEach((v, i) => {
    xy += (i - centre) * (v - level);
    xx += (i - centre) ** 2;
  });
  const slope = xx === 0 ? 0 : xy / xx;
  return values.map((v, i) => v - level - slope * (i - centre));
}
