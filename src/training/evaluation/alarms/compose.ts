/**
 * Composes recordings: an excerpt of a real record, plain at first, then events with plain signal between them. Everything is
 * drawn from the seed and the recording's number, so that the same call gives the same recordings.
 */
import { seededRandom, type Random } from '../../../lib/signal/random.js';
import type { Annotation, Recording } from '../../../lib/signal/types.js';
import { fibrillationSpans, joinSpans, rhythmSpans, type Span } from './annotated.js';
import { textureOf } from './baseline.js';
import { cutExcerpt, toAnnotations, toRecording, type Canvas } from './canvas.js';
import { Deck } from './deck.js';
import type { Material } from './material.js';
import type { NoiseStore } from './noise.js';
import type { Onset } from './onsets.js';
import { placeEvent } from './place.js';
import { joinExcerpts } from './splice.js';

export interface Composed {
  readonly name: string;
  readonly recording: Recording;
  readonly annotations: readonly Annotation[];
  readonly onsets: readonly Onset[];
}

export interface ComposeOptions {
  readonly seed: number;
  /** The recording's number, from 0 on. */
  readonly index: number;
  readonly seconds: number;
  readonly deck: Deck;
  readonly noise: NoiseStore;
}

/** Plain signal before the first event, between two, and after the last: alarms end, and contexts fill again. */
const LEAD_IN_S = 40;
const BETWEEN_S = 35;
const LEAD_OUT_S = 15;
/** Excerpts tried, to find one with little signal on which an event must not stand. */
const TRIES = 8;
/** An alarm of AF is required for a stretch of at least `AF_LEAST_S`, after at least `AF_BEFORE_S` without AF. */
const AF_BEFORE_S = 30;
const AF_LEAST_S = 60;
/** Length of the other rhythm before AF: fixed part, and largest random addition; then the least length of AF. */
const AF_LEAD_S = 60;
const AF_LEAD_DRAWN_S = 30;
const AF_PART_S = 90;

/** Composes a recording with events from the deck. */
export function composeEvents(material: Material, options: ComposeOptions): Composed {
  const random = drawsOf(options);
  const canvas = plainExcerpt(material, options.seconds, random);
  const texture = textureOf(canvas);
  const { deck, noise } = options;
  const { rate, frames } = canvas;
  let wanted = LEAD_IN_S * rate;
  for (;;) {
    const event = deck.next(canvas);
    const seconds = event.seconds * (1 + 0.3 * random.uniform());
    const place = wanted + (seconds + LEAD_OUT_S) * rate > frames ? undefined : placeEvent(canvas, wanted, seconds);
    if (place === undefined || place.next + LEAD_OUT_S * rate > frames) {
      deck.putBack(event);
      break;
    }
    event.write({ canvas, place, random, texture }, noise);
    wanted = place.next + BETWEEN_S * rate;
  }
  canvas.onsets.push(...fibrillationOnsets(canvas, false));
  return finish(canvas, material, options);
}

/** Composes a recording that goes from another rhythm into real AF of the same record. */
export function composeFibrillation(material: Material, options: ComposeOptions): Composed {
  const random = drawsOf(options);
  const { rate } = material;
  const { plain, fibrillation } = fibrillationParts(material);
  const before = drawSpan(plain, AF_LEAD_S + AF_LEAD_DRAWN_S * random.uniform(), random);
  const during = drawSpan(fibrillation, options.seconds - (before.to - before.from), random);
  const canvas = joinExcerpts(
    material,
    [before, during].map(({ from, to }) => [from * rate, to * rate] as const),
  );
  canvas.onsets.push(...fibrillationOnsets(canvas, true));
  return finish(canvas, material, options);
}

/** Stretches of a record, without and with AF, that are long enough to be joined; either list may be empty. */
export function fibrillationParts(material: Material): { readonly plain: Span[]; readonly fibrillation: Span[] } {
  const spans = fibrillationSpans(material);
  // Flutter counts as neither.
  const atrial = joinSpans(rhythmSpans(material, ['AFIB', 'AFL']));
  const ends = [0, ...atrial.map(({ to }) => to)];
  const plain = ends.map((from, i) => ({ from, to: atrial[i]?.from ?? material.frames / material.rate }));
  const long = (seconds: number) => (span: Span) => span.to - span.from >= seconds;
  return { plain: plain.filter(long(AF_LEAD_S)), fibrillation: spans.filter(long(AF_PART_S)) };
}

/** A random part of one of the spans, of the wanted length if the span has it. */
function drawSpan(spans: readonly Span[], seconds: number, random: Random): Span {
  const span = spans[random.integer(spans.length)]!;
  const length = Math.min(seconds, span.to - span.from);
  const from = span.from + random.uniform() * (span.to - span.from - length);
  return { from, to: from + length };
}

/** All stretches of AF in the excerpt. Those that are undisturbed and begin within it require an alarm. */
function fibrillationOnsets(canvas: Canvas, undisturbed: boolean): Onset[] {
  const spans = fibrillationSpans(canvas);
  return spans.map(({ from, to }, i) => ({
    kind: 'atrial-fibrillation',
    variant: undisturbed ? 'joined' : 'recorded',
    onsetSeconds: from,
    endSeconds: to,
    expected: undisturbed && from - (spans[i - 1]?.to ?? 0) >= AF_BEFORE_S && to - from >= AF_LEAST_S,
  }));
}

function drawsOf({ seed, index }: ComposeOptions): Random {
  // A large odd factor keeps neighbouring seeds and numbers apart.
  return seededRandom(Math.imul(seed + 1, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
}

/** Of a few random excerpts, the one with the least AF, flutter and annotated noise. */
function plainExcerpt(material: Material, seconds: number, random: Random): Canvas {
  const { rate } = material;
  const frames = Math.min(material.frames, Math.round(seconds * rate));
  const unwanted = [...fibrillationSpans(material), ...material.flutter, ...material.noisy];
  let best = { from: 0, cost: Infinity };
  for (let i = 0; i < TRIES; i++) {
    const from = random.integer(material.frames - frames + 1);
    const cost = overlap(unwanted, from / rate, (from + frames) / rate);
    if (cost < best.cost) best = { from, cost };
  }
  return cutExcerpt(material, best.from, best.from + frames);
}

function overlap(spans: readonly Span[], from: number, to: number): number {
  return spans.reduce((sum, span) => sum + Math.max(0, Math.min(to, span.to) - Math.max(from, span.from)), 0);
}

function finish(canvas: Canvas, material: Material, { index }: ComposeOptions): Composed {
  const name = `${String(index + 1).padStart(3, '0')}-${material.name.replace(/[^A-Za-z0-9_-]/g, '_')}`;
  const annotations = toAnnotations(canvas);
  return {
    name,
    recording: toRecording(canvas, name),
    annotations,
    onsets: [...canvas.onsets].sort((a, b) => a.onsetSeconds - b.onsetSeconds),
  };
}
