/** Joins excerpts of one record end to end, between the T wave of a beat and the P wave of the next. */
import type { AnnotatedBeat, Span } from './annotated.js';
import { cutExcerpt, type Canvas } from './canvas.js';
import type { Material } from './material.js';

const T_END_S = 0.46;
const T_END_SHARE = 0.6;
const P_BEGIN_S = 0.26;
const P_BEGIN_SHARE = 0.4;
/** The difference in level at a joint decays within a second or two, as baseline wander does. */
const LEVEL_FADE_S = 0.7;

/** @param ranges frames [from, to) of the record, in the order wanted */
export function joinExcerpts(material: Material, ranges: readonly (readonly [number, number])[]): Canvas {
  return ranges
    .map(([from, to], i) => {
      const begin = i === 0 ? Math.round(from) : beforeBeat(material, from);
      const end = i === ranges.length - 1 ? Math.round(to) : afterBeat(material, to);
      return cutExcerpt(material, begin, end);
    })
    .reduce(join);
}

/** A frame before the P wave of the second beat after `frame`. */
function beforeBeat({ beats, rate }: Material, frame: number): number {
  const index = beats.findIndex(({ frame: at }) => at > frame) + 1;
  const [before, beat] = [beats[index - 1], beats[index]];
  if (before === undefined || beat === undefined) return Math.round(frame);
  return Math.round(beat.frame - Math.min(P_BEGIN_S * rate, P_BEGIN_SHARE * (beat.frame - before.frame)));
}

/** A frame after the T wave of the second-last beat before `frame`. */
function afterBeat({ beats, rate }: Material, frame: number): number {
  const next = beats.findLastIndex(({ frame: at }) => at < frame);
  const [beat, after] = [beats[next - 1], beats[next]];
  if (after === undefined || beat === undefined) return Math.round(frame);
  return Math.round(beat.frame + Math.min(T_END_S * rate, T_END_SHARE * (after.frame - beat.frame)));
}

function join(first: Canvas, second: Canvas): Canvas {
  const { rate } = first;
  const shift = first.frames / rate;
  const spans = <S extends Span>(own: readonly S[], others: readonly S[]): S[] => [
    ...own,
    ...others.map((span) => ({ ...span, from: span.from + shift, to: span.to + shift })),
  ];
  const beats = (own: readonly AnnotatedBeat[], others: readonly AnnotatedBeat[]): AnnotatedBeat[] => [
    ...own,
    ...others.map((beat) => ({ ...beat, frame: beat.frame + first.frames })),
  ];
  return {
    rate,
    frames: first.frames + second.frames,
    leads: first.leads.map(({ like, original }, i) => {
      const other = second.leads[i]!.original;
      const step = original.at(-1)! - other[0]!;
      const line = new Float64Array(first.frames + second.frames);
      line.set(original);
      other.forEach((v, t) => {
        line[first.frames + t] = v + step * Math.exp(-t / (LEVEL_FADE_S * rate));
      });
      return { like, original: line, composed: line.slice() };
    }),
    sourceBeats: beats(first.sourceBeats, second.sourceBeats),
    beats: beats(first.beats, second.beats),
    rhythms: spans(first.rhythms, second.rhythms),
    noisy: spans(first.noisy, second.noisy),
    flutter: spans(first.flutter, second.flutter),
    onsets: [],
  };
}
