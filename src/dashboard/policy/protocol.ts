/** Types of the messages between page and server about policies. Times are wall clock, ms UTC. */
import type { PolicyChange } from '../../lib/wire/types.js';

/** A change of ecg.policy that was accepted. */
export type PolicyEntry = Omit<PolicyChange, 'id'>;

/** Bounds that calibration has certified for these models, and their gain on its records. */
export interface CertifiedGain {
  readonly bounds: { readonly rhythm: number; readonly peaks: number; readonly reconstruction: number | null };
  readonly tau: number;
  /** Number of records, and how many of them broke a bound. */
  readonly n: number;
  readonly k: number;
  readonly alpha: number;
  readonly payloadGain: number | null;
}

/** Body of GET /api/policies. */
export interface PoliciesReport {
  readonly newest: number;
  /** The newest version of each scope that has a policy, and how many known streams it covers. */
  readonly inForce: readonly { readonly version: number; readonly streams: number }[];
  /** Known streams that no policy covers: they are sent losslessly. */
  readonly uncovered: number;
  /** Every change, the newest first. */
  readonly history: readonly PolicyEntry[];
  readonly certified: readonly CertifiedGain[];
}

/** Body of POST /api/policies/check, /preview and, with `expected`, /api/policies. */
export interface PolicyText {
  /** A whole policy with its scope as JSON, as `dynamic-deep policy set` takes it. */
  readonly text: string;
}

export interface PolicyToPut extends PolicyText {
  /** Version of the scope that is replaced; 0 if it has none. */
  readonly expected: number;
}

/** What stands behind a policy: docs/certificates.md. */
export type PolicyStanding =
  | ({ readonly certified: true } & CertifiedGain)
  | { readonly certified: false; readonly reason: string; readonly command: string };

export interface PolicyCheck {
  /** One line each, path and text; empty if the text is a valid policy. */
  readonly mistakes: readonly string[];
  /** Null if there are mistakes. */
  readonly standing: PolicyStanding | null;
  /** Number of known streams that the policy would cover. */
  readonly streams: number;
}

/** Mean and largest over records; null without records, or if one is not finite. */
export type Spread = { readonly mean: number; readonly largest: number } | null;

/** Sums over audited records, as they were sent and as encoded again under the policy. */
export interface PreviewSums {
  readonly records: number;
  readonly nativeBytes: number;
  /** Payload bytes as they were sent. */
  readonly sentBytes: number;
  /** Payload bytes of the same records under the policy. */
  readonly payloadBytes: number;
  /** Segments by rung under the policy. */
  readonly rungs: Readonly<Record<string, number>>;
  /** Errors per record under the policy: nats, loss between distance maps, percent. */
  readonly rhythm: Spread;
  readonly peaks: Spread;
  readonly prdn: Spread;
  /** Records that would have been above a bound of the policy; `any` includes the weighted sum. */
  readonly above: { readonly any: number; readonly rhythm: number; readonly peaks: number };
}

export interface PreviewStream extends PreviewSums {
  readonly stream: string;
}

export interface PolicyPreview {
  readonly standing: PolicyStanding;
  readonly streams: readonly PreviewStream[];
  readonly all: PreviewSums;
  /** 95% interval of the share of records above a bound; null without records. */
  readonly interval: readonly [number, number] | null;
  /** Number of covered streams without an encoded record. */
  readonly without: number;
  /** Number of records to encode; fewer were encoded if the time ran out. */
  readonly wanted: number;
  /** Number of audited records of these streams whose originals are not kept any more. */
  readonly gone: number;
  /** When the oldest and the newest encoded record were audited; null without records. */
  readonly from: number | null;
  readonly to: number | null;
}
