/** Tracks the newest segment of each stream, to detect repeats, gaps and segments of older epochs at once. */

export type Arrival =
  /** The next segment, or the first of a newer epoch. */
  | { readonly kind: 'next' }
  /** Segments are missing before it. */
  | { readonly kind: 'gap'; readonly missing: number }
  | { readonly kind: 'repeat' }
  /** A segment of an epoch before the live one. */
  | { readonly kind: 'stale' };

interface Seen {
  readonly epoch: number;
  readonly next: number;
  /** Offset of the frame with the newest segment. */
  readonly offset: number;
  /** Monotonic milliseconds of the decoder's own clock, since the gateways' clocks may be minutes off. */
  readonly heardAt: number;
}

/** Monotonic milliseconds of silence after which a successor need not know a stream: short enough to replay. */
const REPLAYED_MS = 600_000;

/**
 * Forgets no stream, because a gateway may retry a frame for days; that costs four numbers for each stream ever declared.
 * A tracker that is rebuilt from the low water on knows fewer streams: `knows` tells which.
 */
export class SequenceTracker {
  readonly #clock: () => number;
  /** By stream, in the order of their offsets. */
  readonly #streams = new Map<string, Seen>();

  /** @param clock monotonic milliseconds */
  constructor(clock = (): number => performance.now()) {
    this.#clock = clock;
  }

  take(
    segment: { readonly stream: string; readonly epoch: number; readonly sequence: number },
    { offset }: { readonly offset: number },
  ): Arrival {
    const { stream, epoch, sequence } = segment;
    const seen = this.#streams.get(stream);
    if (seen !== undefined && epoch < seen.epoch) return { kind: 'stale' };
    const expected = seen?.epoch === epoch ? seen.next : 0;
    if (sequence < expected) return { kind: 'repeat' };
    // Re-inserting keeps the map in order.
    this.#streams.delete(stream);
    this.#streams.set(stream, { epoch, next: sequence + 1, offset, heardAt: this.#clock() });
    return sequence > expected ? { kind: 'gap', missing: sequence - expected } : { kind: 'next' };
  }

  knows(stream: string): boolean {
    return this.#streams.has(stream);
  }

  /** Oldest offset from which a replay learns all streams heard in the last ten minutes; undefined if there are none. */
  lowWater(): number | undefined {
    const since = this.#clock() - REPLAYED_MS;
    for (const { heardAt, offset } of this.#streams.values()) if (heardAt >= since) return offset;
    return undefined;
  }
}
