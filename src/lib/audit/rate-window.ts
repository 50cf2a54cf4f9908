/** Counts audited and violating records of the last hour and the last day: a ring of five-minute counts for each stream. */
import { violationInterval, type Cluster } from './interval.js';

const BUCKET_MS = 300_000;
/** Buckets of 24 hours, and the one being filled. */
const BUCKETS = 24 * 12 + 1;
export const WINDOWS = { '1h': 12 + 1, '24h': BUCKETS } as const;
export type WindowName = keyof typeof WINDOWS;

export interface AuditedRecord {
  readonly stream: string;
  /** Wall milliseconds UTC at which it was evaluated. */
  readonly at: number;
  /** Tasks whose bound it exceeded. */
  readonly violated: readonly string[];
  /** Share of records that its policy allows above a bound; undefined: no policy is known. */
  readonly alpha: number | undefined;
}

export interface TaskRate {
  readonly violated: number;
  readonly rate: number;
  /** 95% interval; [0, 1] without records. */
  readonly interval: readonly [number, number];
}

export interface WindowRates {
  readonly records: number;
  readonly streams: number;
  /** Mean of the policies' alpha over the records that have one. */
  readonly allowed: number;
  /** Returns the rate of a task by name, or of `any`, which counts a record once. */
  readonly of: (task: string) => TaskRate;
}

interface Ring {
  readonly records: Uint16Array;
  /** Counts by task, kept from its first violation on: violations are rare. */
  readonly violated: Map<string, Uint16Array>;
}

/** Memory: 578 bytes for each stream that was audited within a day, and as much for each task that it violated. */
export class RateWindow {
  readonly #streams = new Map<string, Ring>();
  readonly #alphas = new Float64Array(BUCKETS);
  readonly #covered = new Float64Array(BUCKETS);
  /** Number of the newest bucket, counted from 1970. */
  #newest = 0;

  /** Records may come in any order; those older than a day are left out. */
  take({ stream, at, violated, alpha }: AuditedRecord): void {
    const bucket = Math.floor(at / BUCKET_MS);
    this.#advance(bucket);
    if (bucket <= this.#newest - BUCKETS) return;
    const place = bucket % BUCKETS;
    let ring = this.#streams.get(stream);
    if (ring === undefined)
      this.#streams.set(stream, (ring = { records: new Uint16Array(BUCKETS), violated: new Map() }));
    add(ring.records, place, 1);
    for (const task of new Set(violated.length === 0 ? [] : [...violated, 'any'])) {
      let counts = ring.violated.get(task);
      if (counts === undefined) ring.violated.set(task, (counts = new Uint16Array(BUCKETS)));
      add(counts, place, 1);
    }
    if (alpha === undefined) return;
    add(this.#alphas, place, alpha);
    add(this.#covered, place, 1);
  }

  /** `now`: wall milliseconds. The window reaches at most five minutes farther back than its name says. */
  read(now: number, window: WindowName): WindowRates {
    this.#advance(Math.floor(now / BUCKET_MS));
    const length = WINDOWS[window];
    const sum = (counts: Uint16Array | Float64Array | undefined): number => {
      let total = 0;
      for (let i = 0; i < length; i++) total += counts?.[(this.#newest - i) % BUCKETS] ?? 0;
      return total;
    };
    const rings = [...this.#streams.values()].map((ring) => ({ ring, records: sum(ring.records) }));
    const audited = rings.filter(({ records }) => records > 0);
    const records = audited.reduce((total, own) => total + own.records, 0);
    const covered = sum(this.#covered);
    return {
      records,
      streams: audited.length,
      allowed: covered === 0 ? 0 : sum(this.#alphas) / covered,
      of: (task) => {
        const clusters: Cluster[] = audited.map((own) => ({
          records: own.records,
          violated: sum(own.ring.violated.get(task)),
        }));
        const violated = clusters.reduce((total, own) => total + own.violated, 0);
        return { violated, rate: violated / Math.max(1, records), interval: violationInterval(clusters) ?? [0, 1] };
      },
    };
  }

  /** Empties the buckets that the ring reuses, and forgets streams that have no records left. */
  #advance(bucket: number): void {
    const steps = Math.min(bucket - this.#newest, BUCKETS);
    if (steps <= 0) return;
    const places = Array.from({ length: steps }, (_, i) => (bucket - i) % BUCKETS);
    for (const place of places) this.#alphas[place] = this.#covered[place] = 0;
    for (const [stream, { records, violated }] of this.#streams) {
      for (const counts of [records, ...violated.values()]) for (const place of places) counts[place] = 0;
      if (records.every((count) => count === 0)) this.#streams.delete(stream);
    }
    this.#newest = bucket;
  }
}

function add(counts: Uint16Array | Float64Array, place: number, amount: number): void {
  counts[place] = (counts[place] ?? 0) + amount;
}
