/** An excerpt into which events are written: millivolts of every lead, and the annotations that then apply. */
import type { Annotation, Lead, Rails, Recording } from '../../../lib/signal/types.js';
import type { AnnotatedBeat, Span } from './annotated.js';
import type { Material } from './material.js';
import type { Onset } from './onsets.js';

export interface CanvasLead {
  /** The lead that the excerpt was cut from: name, gain, baseline, rails. */
  readonly like: Lead;
  /** Millivolts as cut out, and as composed. */
  readonly original: Float64Array;
  readonly composed: Float64Array;
}

export interface Canvas {
  readonly rate: number;
  readonly frames: number;
  readonly leads: readonly CanvasLead[];
  /** Beats of the excerpt, and those that apply after composing, in frames from its start. */
  readonly sourceBeats: readonly AnnotatedBeat[];
  beats: AnnotatedBeat[];
  /** Seconds from the start of the excerpt. */
  readonly rhythms: readonly (Span & { readonly name: string })[];
  readonly noisy: readonly Span[];
  readonly flutter: readonly Span[];
  readonly onsets: Onset[];
}

/** Cuts out frames [from, to) of a record. */
export function cutExcerpt(material: Material, from: number, to: number): Canvas {
  const { rate } = material;
  const sourceBeats = material.beats
    .filter(({ frame }) => frame >= from && frame < to)
    .map(({ frame, symbol }) => ({ frame: frame - from, symbol }));
  const shift = <S extends Span>(spans: readonly S[]): S[] =>
    spans
      .map((span) => ({
        ...span,
        from: Math.max(0, span.from - from / rate),
        to: Math.min(to, span.to * rate) / rate - from / rate,
      }))
      .filter((span) => span.to > span.from);
  return {
    rate,
    frames: to - from,
    leads: material.leads.map((like) => {
      const original = Float64Array.from(like.samples.subarray(from, to), (v) => (v - like.baseline) / like.gain);
      return { like, original, composed: original.slice() };
    }),
    sourceBeats,
    beats: [...sourceBeats],
    rhythms: shift(material.rhythms),
    noisy: shift(material.noisy),
    flutter: shift(material.flutter),
    onsets: [],
  };
}

/** The recording that a device would have made: ADC units between the rails. */
export function toRecording(canvas: Canvas, name: string): Recording {
  return {
    name,
    rate: canvas.rate,
    warnings: [],
    leads: canvas.leads.map(({ like, composed }) => {
      const rails = railsOf(like);
      // In WFDB the lowest 16-bit value marks a missing sample.
      const low = Math.max(rails.low, 1 + INT16.low);
      const samples = Int32Array.from(composed, (mv) =>
        Math.max(low, Math.min(rails.high, Math.round(mv * like.gain + like.baseline))),
      );
      return { ...like, rails, samples };
    }),
  };
}

const INT16: Rails = { low: -(2 ** 15), high: 2 ** 15 - 1 };

/** Rails of a lead within 16 bits, which no rung exceeds; the 16-bit range if its record names no rails. */
export function railsOf({ rails = INT16 }: Lead): Rails {
  return { low: Math.max(rails.low, INT16.low), high: Math.min(rails.high, INT16.high) };
}

/** Annotations of the composed recording, sorted by time. */
export function toAnnotations(canvas: Canvas): Annotation[] {
  const at = (seconds: number): number => Math.min(canvas.frames - 1, Math.round(seconds * canvas.rate));
  const base = { channel: 0, number: 0, aux: '', subtype: 0 };
  return [
    ...canvas.beats.map(({ frame, symbol }) => ({ ...base, sample: frame, symbol })),
    ...canvas.rhythms.map(({ from, name }) => ({ ...base, sample: at(from), symbol: '+', aux: `(${name}` })),
    ...canvas.noisy.flatMap(({ from, to }) => [
      { ...base, sample: at(from), symbol: '~', subtype: 1 },
      { ...base, sample: at(to), symbol: '~' },
    ]),
    ...canvas.flutter.flatMap(({ from, to }) => [
      { ...base, sample: at(from), symbol: '[' },
      { ...base, sample: at(to), symbol: ']' },
    ]),
  ].sort((a, b) => a.sample - b.sample);
}

/** Writes `values` from frame `from` of a lead on, blended with the old samples over `blend` frames at both ends. */
export function blendInto(lead: CanvasLead, from: number, values: Float64Array, blend: number): void {
  const { composed } = lead;
  for (let i = 0; i < values.length; i++) {
    const edge = Math.min(i + 1, values.length - i);
    const weight = edge > blend ? 1 : edge / (blend + 1);
    composed[from + i] = (1 - weight) * composed[from + i]! + weight * values[i]!;
  }
}

/** Replaces the beats of frames [from, to) by others. */
export function replaceBeats(canvas: Canvas, from: number, to: number, others: readonly AnnotatedBeat[] = []): void {
  const kept = canvas.beats.filter(({ frame }) => frame < from || frame >= to);
  canvas.beats = [...kept, ...others].sort((a, b) => a.frame - b.frame);
}
