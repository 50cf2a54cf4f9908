/** Writes events: each changes its part of the excerpt and records which alarm is due, from when to when. */
import type { Random } from '../../../lib/signal/random.js';
import type { AlarmKind } from '../../../lib/tasks/alarms/kinds.js';
import { drawTexture, wanderOf, type Texture } from './baseline.js';
import { blendInto, railsOf, replaceBeats, type Canvas, type CanvasLead } from './canvas.js';
import type { Place } from './place.js';
import { fibrillation, white, type Synthesis } from './synthesis.js';

export interface EventTools {
  readonly canvas: Canvas;
  readonly place: Place;
  readonly random: Random;
  /** Undefined if the excerpt's beats leave no quiet line. */
  readonly texture: Texture | undefined;
}

/** Noise of a quiet amplifier and electrode, millivolts: a substitute where the record shows no quiet line. */
const QUIET_NOISE_MV = 0.01;
const LINE_BLEND_S = 0.12;
const FIBRILLATION_BLEND_S = 0.3;
/** Deviation of fibrillation as a share of the QRS's peak-to-peak height: a peak-to-peak height of 0.4 to 0.8 of it. */
const FIBRILLATION_SHARE = [0.14, 0.28] as const;
const QRS_HALF_S = 0.05;
/** Time in which a lead that comes off drifts to the rail. */
const RAIL_DRIFT_S = 0.1;

/** The beats stop; the record's own quiet line continues, or a line with amplifier noise only. */
export function writeAsystole(tools: EventTools, line: 'baseline' | 'noise'): void {
  const { canvas, place } = tools;
  const lines = quietLines(tools, place.from, place.to, line);
  const blend = Math.round(LINE_BLEND_S * canvas.rate);
  canvas.leads.forEach((lead, i) => {
    blendInto(lead, place.from, lines[i]!, blend);
  });
  replaceBeats(canvas, place.from, place.to);
  due(tools, 'asystole', line, place.beat, place.next);
}

/** Replaces the beats by a signal that resembles ventricular fibrillation. */
export function writeFibrillation(tools: EventTools): void {
  const { canvas, place, random } = tools;
  const lines = quietLines(tools, place.from, place.to, 'baseline');
  const [least, most] = FIBRILLATION_SHARE;
  const share = least + (most - least) * random.uniform();
  canvas.leads.forEach((lead, i) => {
    const strength = share * qrsHeight(lead, canvas);
    const wave = fibrillation(place.to - place.from, canvas.rate, random);
    const values = lines[i]!.map((v, t) => v + strength * wave[t]!);
    blendInto(lead, place.from, values, Math.round(FIBRILLATION_BLEND_S * canvas.rate));
  });
  replaceBeats(canvas, place.from, place.to);
  due(tools, 'asystole', 'vf-like', place.beat, place.next);
}

/** An electrode comes off and the amplifier goes to its rail: on all leads, or on one of several. */
export function writeRail(tools: EventTools, which: 'all' | 'one'): void {
  const { canvas, place, random } = tools;
  const { leads, rate } = canvas;
  const chosen = which === 'all' ? leads : [leads[random.integer(leads.length)]!];
  for (const lead of chosen) {
    const { like, composed } = lead;
    const rail = (railsOf(like).high - like.baseline) / like.gain;
    for (let i = place.from; i < place.to; i++) {
      const share = Math.min(1, (i - place.from) / (RAIL_DRIFT_S * rate));
      composed[i] = (1 - share) * composed[i]! + share * rail;
    }
  }
  if (chosen.length === leads.length) replaceBeats(canvas, place.from, place.to);
  due(tools, 'lead-off', chosen.length === leads.length ? 'rail' : 'rail-one-lead', place.from, place.to);
}

/** Every lead stays at one value: a device that does not report a lead off, or a standing heart behind a dead input. */
export function writeConstant(tools: EventTools): void {
  const { canvas, place } = tools;
  for (const { composed } of canvas.leads) composed.fill(composed[place.from]!, place.from, place.to);
  replaceBeats(canvas, place.from, place.to);
  due(tools, 'asystole-or-lead-off', 'constant', place.from, place.to);
}

/** Adds noise to all leads at a signal-to-noise ratio in decibels; `noiseOf` gives unit noise by lead. */
export function writeNoise(
  tools: EventTools,
  name: string,
  decibels: number,
  noiseOf: (lead: number) => Float64Array,
): void {
  const { canvas, place } = tools;
  canvas.leads.forEach((lead, i) => {
    // Power of a beat as nst counts it (Moody et al., 1984): the square of its height over 8.
    const strength = (qrsHeight(lead, canvas) / Math.sqrt(8)) * 10 ** (-decibels / 20);
    const noise = noiseOf(i);
    const values = lead.composed.slice(place.from, place.to).map((v, t) => v + strength * noise[t]!);
    blendInto(lead, place.from, values, Math.round(LINE_BLEND_S * canvas.rate));
  });
  due(tools, 'noise', name, place.from, place.to);
}

/** Lines without beats over frames [from, to), one row per lead. */
export function quietLines(
  { canvas, random, texture }: EventTools,
  from: number,
  to: number,
  line: 'baseline' | 'noise',
): Float64Array[] {
  const own = line === 'baseline' && texture !== undefined ? drawTexture(texture, to - from, random) : undefined;
  const noise: Synthesis = (count, rate, draws) => white(count, rate, draws).map((v) => QUIET_NOISE_MV * v);
  return canvas.leads.map(({ original }, i) => {
    const wander = wanderOf(original, canvas.sourceBeats, canvas.rate);
    const fine = own?.[i] ?? noise(to - from, canvas.rate, random);
    return fine.map((v, t) => v + wander[from + t]!);
  });
}

/** Median peak-to-peak height of the QRS complexes of a lead, millivolts. */
export function qrsHeight({ original }: CanvasLead, { sourceBeats, rate }: Canvas): number {
  const half = Math.round(QRS_HALF_S * rate);
  const heights = sourceBeats
    .filter(({ frame }) => frame >= half && frame + half < original.length)
    .map(({ frame }) => {
      const qrs = original.subarray(frame - half, frame + half + 1);
      return Math.max(...qrs) - Math.min(...qrs);
    })
    .sort((a, b) => a - b);
  return heights[heights.length >> 1] ?? 0;
}

/** Records the alarm that is due between two frames. */
export function due({ canvas }: EventTools, kind: AlarmKind, variant: string, onset: number, end: number): void {
  canvas.onsets.push({
    kind,
    variant,
    onsetSeconds: onset / canvas.rate,
    endSeconds: end / canvas.rate,
    expected: true,
  });
}
