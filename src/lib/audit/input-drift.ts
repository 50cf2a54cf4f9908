/**
 * Whether what comes in is still like what training saw: the population stability index of each feature over the last hour,
 * PSI = sum over bins of (p - q) ln(p / q), p the share now and q that of the reference (docs/audits.md).
 */

const BUCKET_MS = 300_000;
/** An hour, and the bucket that is under way. */
const BUCKETS = 12 + 1;

/** One feature of the reference. */
export interface ReferenceBins {
  /** Ascending; a value belongs to the first bin whose upper edge is above it, or to the last. */
  readonly edges: readonly number[];
  /** Of the reference, one more than edges, each above 0. */
  readonly shares: readonly number[];
}

export interface Drift {
  /** As many streams, all of one length, would say as much: streams of the hour by what each of them gave (Kish). */
  readonly streams: number;
  /** By feature; 0 where nothing came. */
  readonly indices: readonly number[];
}

interface Bucket {
  /** Since 1970. */
  readonly number: number;
  /** By feature, by bin. */
  readonly counts: readonly Uint32Array[];
  readonly windows: Map<string, number>;
}

/** Memory: 13 counts a bin, and 13 a stream of the last hour. */
export class InputDrift {
  readonly #references: readonly ReferenceBins[];
  #buckets: Bucket[] = [];

  constructor(references: readonly ReferenceBins[]) {
    this.#references = references;
  }

  /** Features of a window, in the references' order; those that are not finite do not count. `now`: wall milliseconds. */
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

  /** The hour before `now`, wall milliseconds, and at most five minutes more. */
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
    const counts = shares.map((_, bin) => this.#buckets.reduce((sum, own) => sum + (own.counts[feature]?.[bin] ?? 0), 0)); // prettier-ignore
    const total = counts.reduce((sum, own) => sum + own, 0);
    if (total === 0) return 0;
    return shares.reduce((sum, q, bin) => {
      // One stream more, which is as the reference: a bin that no bed of a few is in would make the logarithm infinite.
      const p = ((streams * (counts[bin] ?? 0)) / total + q) / (streams + 1);
      return sum + (p - q) * Math.log(p / q);
    }, 0);
  }

  #bucket(number: number): Bucket {
    const newest = this.#buckets.at(-1);
    // A clock that was set back fills the newest on.
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

/** A reference from values that are finite: bins that hold a tenth each, fewer where values repeat. */
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
