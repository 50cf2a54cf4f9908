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
  epoch: number;
  next: number;
  /** Offset and time (milliseconds UTC) of the frame that said so. */
  offset: number;
  timestamp: number;
}

/** A stream that was silent for this long is forgotten: longer than any producer's retry, short enough to replay. */
const FORGET_MS = 600_000;

export class SequenceTracker {
  readonly #streams = new Map<string, Seen>();
  #newest = 0;

  take(
    segment: { readonly stream: string; readonly epoch: number; readonly sequence: number },
    at: { readonly offset: number; readonly timestamp: number },
  ): Arrival {
    const { stream, epoch, sequence } = segment;
    const seen = this.#streams.get(stream);
    this.#newest = Math.max(this.#newest, at.timestamp);
    if (seen !== undefined && epoch < seen.epoch) return { kind: 'stale' };
    const expected = seen?.epoch === epoch ? seen.next : 0;
    if (sequence < expected) return { kind: 'repeat' };
    // Re-inserting keeps the map ordered by age, the oldest first.
    this.#streams.delete(stream);
    this.#streams.set(stream, { epoch, next: sequence + 1, ...at });
    return sequence > expected ? { kind: 'gap', missing: sequence - expected } : { kind: 'next' };
  }

  /** Oldest offset that the memory depends on. */
  lowWater(): number | undefined {
    for (const [stream, seen] of this.#streams) {
      if (seen.timestamp >= this.#newest - FORGET_MS) break;
      this.#streams.delete(stream);
    }
    let lowest: number | undefined;
    for (const { offset } of this.#streams.values()) lowest = Math.min(lowest ?? offset, offset);
    return lowest;
  }
}
