/** What was last seen of each stream: repeats and holes show at once, an older epoch is told from a newer one. */

export type Arrival =
  /** The next segment, or the first of a newer epoch. */
  | { readonly kind: 'next' }
  /** Segments are missing before it. */
  | { readonly kind: 'gap'; readonly missing: number }
  | { readonly kind: 'repeat' }
  /** Of an epoch before the one that is live. */
  | { readonly kind: 'stale' };

interface Seen {
  readonly epoch: number;
  readonly next: number;
  /** Of the frame that said so. */
  readonly offset: number;
  /** Monotonic milliseconds of the decoder's own clock: those of the gateways may be minutes off. */
  readonly heardAt: number;
}

/** Monotonic milliseconds of silence after which a successor need not know of a stream: short enough to replay. */
const REPLAYED_MS = 600_000;

/**
 * Forgets no stream, since a gateway may try a frame again for days; that is four numbers for each stream that was ever
 * declared. A tracker that is rebuilt from the low water on knows less: `knows` says of which streams nothing.
 */
export class SequenceTracker {
  readonly #clock: () => number;
  /** In the order of their offsets. */
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

  /** Oldest offset from which on the streams of the last ten minutes are known. */
  lowWater(): number | undefined {
    const since = this.#clock() - REPLAYED_MS;
    for (const { heardAt, offset } of this.#streams.values()) if (heardAt >= since) return offset;
    return undefined;
  }
}
