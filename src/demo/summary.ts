/** The demo's result, as `--json` writes it. */
import type { Tally } from './tally.js';

export interface Summary {
  /** `classified` includes 'not enough signal'; `lost` did not come all the way; `duplicated` counts copies beyond the first. */
  readonly windows: { sent: number; decoded: number; classified: number; lost: number; duplicated: number };
  /** `native`: 2 bytes per sample. `wire`: bytes in the broker's log before replication, audits included. */
  readonly bytes: { native: number; payload: number; wire: number };
  readonly gain: { wireTotal: number | null; payloadTotal: number | null; elementMean: number | null };
  readonly audits: { records: number; violations: number };
  /** Labels by class, one per 256 samples, and windows without enough signal. */
  readonly rhythms: Readonly<Record<string, number>>;
  /** Alarm episodes by kind. */
  readonly alarms: Readonly<Record<string, number>>;
  /** Wall milliseconds from a window's last sample to its read-committed result. */
  readonly latencyMs: { p50: number | null; p99: number | null };
}

export function summarise(tally: Tally): Summary {
  const alarms: Record<string, number> = {};
  for (const { kind, state } of tally.alarms) {
    if (state === 'ACTIVE') alarms[kind] = (alarms[kind] ?? 0) + 1;
  }
  return {
    windows: tally.windows,
    bytes: tally.bytes,
    gain: tally.gain,
    audits: tally.audits,
    rhythms: { ...tally.rhythms },
    alarms,
    latencyMs: { p50: percentile(tally.latencies, 0.5), p99: percentile(tally.latencies, 0.99) },
  };
}

/** The value that a share `p` of the values does not exceed; null without values. */
export function percentile(values: readonly number[], p: number): number | null {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(p * sorted.length) - 1)] ?? null;
}
