/** Tracks which stretches of a stream a topic holds. */

/** Contiguous signal of one epoch on ecg.segments; device milliseconds UTC, `to` exclusive. */
export interface Span {
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
}

/** Adds a span. Extends the span that ends where the new one begins; a repeated segment lies inside one and changes nothing. */
export function withSpan(spans: readonly Span[], { epoch, from, to }: Span): readonly Span[] {
  const same = (span: Span): boolean => span.epoch === epoch && span.from <= from && from <= span.to;
  const at = spans.findLastIndex(same);
  const known = spans[at];
  if (known === undefined) return [...spans, { epoch, from, to }];
  return spans.with(at, { ...known, to: Math.max(known.to, to) });
}
