/** What the annotations of a record say: its beats, its rhythms, and where they cannot be read. */
import type { Annotation } from '../../../lib/signal/types.js';
import { BEATS } from '../../data/mitbih.js';

/** Half-open, in seconds from the start of the record. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

export interface AnnotatedBeat {
  /** Frame of the record. */
  readonly frame: number;
  /** WFDB mnemonic. */
  readonly symbol: string;
}

export interface Annotated {
  readonly beats: readonly AnnotatedBeat[];
  /** Rhythms in order, by WFDB name without the bracket: `N`, `AFIB`, `VT`. Nothing is known before the first. */
  readonly rhythms: readonly (Span & { readonly name: string })[];
  /** Where the annotators call a lead noisy or unreadable. */
  readonly noisy: readonly Span[];
  /** Ventricular flutter or fibrillation: no beats are annotated there. */
  readonly flutter: readonly Span[];
}

export function readAnnotated(annotations: readonly Annotation[], rate: number, seconds: number): Annotated {
  const inOrder = [...annotations].sort((a, b) => a.sample - b.sample);
  const rhythms: { name: string; from: number; to: number }[] = [];
  const noisy: { from: number; to: number }[] = [];
  const flutter: { from: number; to: number }[] = [];
  for (const { symbol, sample, aux, subtype } of inOrder) {
    const at = sample / rate;
    if (symbol === '+' && aux.startsWith('(')) {
      const before = rhythms.at(-1);
      if (before !== undefined) before.to = at;
      // eslint-disable-next-line no-control-regex -- texts of annotations may end in a NUL
      rhythms.push({ name: aux.slice(1).replace(/\u0000.*$/, ''), from: at, to: seconds });
    }
    if (symbol === '~') begin(noisy, subtype !== 0, at, seconds);
    if (symbol === '[' || symbol === ']') begin(flutter, symbol === '[', at, seconds);
  }
  const beats = inOrder
    .filter(({ symbol }) => BEATS.has(symbol))
    .map(({ sample, symbol }) => ({ frame: sample, symbol }));
  return { beats, rhythms, noisy, flutter };
}

/** Ends the open span, and begins a new one if `on`. */
function begin(spans: { from: number; to: number }[], on: boolean, at: number, seconds: number): void {
  const open = spans.at(-1);
  if (open?.to === seconds) open.to = at;
  if (on) spans.push({ from: at, to: seconds });
}

/** Spans of the named rhythms; adjacent ones are joined. */
export function rhythmSpans({ rhythms }: Annotated, names: readonly string[]): Span[] {
  return joinSpans(rhythms.filter(({ name }) => names.includes(name)));
}

/** An ectopic run or an escape of up to this length does not end AF. */
const AF_INTERRUPTION_S = 6;

/** Stretches of annotated atrial fibrillation. */
export function fibrillationSpans(annotated: Annotated): Span[] {
  return joinSpans(rhythmSpans(annotated, ['AFIB']), AF_INTERRUPTION_S);
}

/** Sorted spans without overlaps; those at most `gap` seconds apart are joined. */
export function joinSpans(spans: readonly Span[], gap = 0): Span[] {
  const joined: { from: number; to: number }[] = [];
  for (const { from, to } of [...spans].sort((a, b) => a.from - b.from)) {
    const last = joined.at(-1);
    if (last !== undefined && from - gap <= last.to) last.to = Math.max(last.to, to);
    else if (to > from) joined.push({ from, to });
  }
  return joined;
}

export function inSpans(spans: readonly Span[], at: number): boolean {
  return spans.some(({ from, to }) => at >= from && at < to);
}
