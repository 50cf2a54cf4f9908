/**
 * Measures whether the input still resembles the training data: the population stability index of each feature over the last
 * hour, PSI = sum over bins of (p - q) ln(p / q), where p is the share now and q that of the reference (docs/audits.md).
 */

const BUCKET_MS = 300_000;
/** Buckets of an hour, and the one being filled. */
const BUCKETS = 12 + 1;

/** One feature of the reference. */
export interface ReferenceBins {
  /** Upper edges of all bins but the last, ascending. A value belongs to the first bin whose edge is above it, or to the last. */
  readonly edges: readonly number[];
  /** Share of the reference in each bin: one more than edges, each above 0. */
  readonly shares: readonly number[];
}

export interface Drift {
  /** Effective number of streams of the hour (Kish): this many streams of equal length would say as much. */
  readonly streams: number;
  /** Stability index by feature; 0 if no value came. */
  readonly indices: readonly number[];
}

interface Bucket {
  /** Number of the five-minute bucket, counted from 1970. */
  readonly number: number;
  /** Counts by feature and bin. */
  readonly counts: readonly Uint32Array[];
  readonly windows: Map<string, number>;
}

/** Memory: 13 counts for each bin, and 13 for each stream of the last hour. */
export class InputDrift {
  readonly #references: readonly ReferenceBins[];
  #buckets: Bucket[] = [];

  constructor(references: readonly ReferenceBins[]) {
    this.#references = references;
  }

  /** Takes a window's features, in the references' order; those that are not finite do not count. `now`: wall milliseconds. */
  take(stream: string, features: ArrayLike<number>, now: number): void {
    const { counts, windows } = this.#bucket(Math.floor(now / BUCKET_MS));
    windows.set(stream, (windows.get(stream) ?? 0) + 1);
    for (const [i, { edges }] of this.#references.entries()) {
      const value = features[i] ?? Number.NaN;
      const own = counts[i];
      if (!Number.isFinite(value) || own === undefined) continue;
      const above = edges.findIndex((edge) => value < edge);
      const bin = above < 0 ? edges.length : above;
      own[bin] = (own[bin] ?? 0) + 1;
    }
  }

  /** Returns the drift of the hour before `now` (wall milliseconds), and of at most five minutes more. */
  read(now: number): Drift {
    this.#forget(Math.floor(now / BUCKET_MS));
    const windows = new Map<string, number>();
    for (const bucket of this.#buckets) {
      for (const [stream, own] of bucket.windows) windows.set(stream, (windows.get(stream) ?? 0) + own);
    }
    const all = [...windows.values()];
    const total = all.reduce((sum, own) => sum + own, 0);
    const streams = total === 0 ? 0 : total ** 2 / all.reduce((sum, own) => sum + own ** 2, 0);
    return { streams, indices: this.#references.map((reference, i) => this.#index(reference, i, streams)) };
  }

  #index({ shares }: ReferenceBins, feature: number, streams: number): number {
    const counts = shares.map((_, bin) =>
      this.#buckets.reduce((sum, own) => sum + (own.counts[feature]?.[bin] ?? 0), 0),
    );
    const total = counts.reduce((sum, own) => sum + own, 0);
    if (total === 0) return 0;
    return shares.reduce((sum, q, bin) => {
      // Adds one stream distributed like the reference: with few beds, an empty bin would make the logarithm infinite.
      const p = ((streams * (counts[bin] ?? 0)) / total + q) / (streams + 1);
      return sum + (p - q) * Math.log(p / q);
    }, 0);
  }

  #bucket(number: number): Bucket {
    const newest = this.#buckets.at(-1);
    // If the clock was set back, the newest bucket goes on being filled.
    if (newest !== undefined && newest.number >= number) return newest;
    this.#forget(number);
    const counts = this.#references.map(({ shares }) => new Uint32Array(shares.length));
    const bucket = { number, counts, windows: new Map<string, number>() };
    this.#buckets.push(bucket);
    return bucket;
  }

  #forget(newest: number): void {
    this.#buckets = this.#buckets.filter(({ number }) => number > newest - BUCKETS);
  }
}

/** Builds a reference from finite values: bins of equal shares, a tenth each by default; fewer bins if values repeat. */
export function referenceBins(values: readonly number[], bins = 10): ReferenceBins {
  const sorted = Float64Array.from(values).sort();
  const lowest = sorted[0] ?? Number.NaN;
  const quantiles = Array.from({ length: bins - 1 }, (_, i) => sorted[Math.floor(((i + 1) * sorted.length) / bins)]);
  const edges = [...new Set(quantiles)].filter((edge): edge is number => edge !== undefined && edge > lowest);
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const value of sorted) {
    const above = edges.findIndex((edge) => value < edge);
    const bin = above < 0 ? edges.length : above;
    counts[bin] = (counts[bin] ?? 0) + 1;
  }
  return { edges, shares: counts.map((count) => count / sorted.length) };
}
