/** Recounts from the topics what the services report about themselves. */
import { batchBytes, type InputRecord } from '../../src/lib/kafka/index.js';
import { decode, type AuditResult } from '../../src/lib/wire/index.js';

export const RECOUNTED = ['ecg.segments', 'ecg.audits', 'ecg.audit-results'] as const;

export interface Recount {
  /** Complete audited records; each stream is one recording. */
  readonly records: number;
  readonly streams: number;
  readonly incomplete: number;
  readonly violated: number;
  readonly byTask: { readonly rhythm: number; readonly peaks: number };
  readonly payloadGainTotal: number;
  /** Segments of complete records, by rung. */
  readonly rungs: Readonly<Record<string, number>>;
  /** Wire gain with every record audited, as here, and without the bytes of the audits. */
  readonly wireGainTotal: number;
  readonly wireGainWithoutAudits: number;
  /** Mean predicted and mean true rhythm error over the records that were predicted. */
  readonly rhythm: { readonly predicted: number; readonly error: number };
}

export class Recounter {
  readonly results: AuditResult[] = [];
  readonly #bounds: { readonly rhythm: number; readonly peaks: number };
  readonly #wire = { segments: 0, audits: 0 };

  constructor(bounds: { readonly rhythm: number; readonly peaks: number }) {
    this.#bounds = bounds;
  }

  take({ topic, key, value }: InputRecord): void {
    if (topic === 'ecg.audit-results') {
      this.results.push(decode('ecg.audit-results', value));
      return;
    }
    // Every frame is a batch of its own.
    const bytes = batchBytes([{ keyBytes: key?.length ?? null, valueBytes: value?.length ?? null }]);
    this.#wire[topic === 'ecg.audits' ? 'audits' : 'segments'] += bytes;
  }

  /** Judges violations anew from errors and bounds. Throws if a result's own verdict differs. */
  count(): Recount {
    const complete = this.results.filter(({ outcome }) => outcome === 'COMPLETE');
    const above = (error: number | null, bound: number): boolean => error === null || error > bound;
    const judged = complete.map((result) => {
      const rhythm = above(result.rhythmError, this.#bounds.rhythm);
      const peaks = above(result.peaksError, this.#bounds.peaks);
      if (result.violated !== (rhythm || peaks))
        throw new Error(`record ${result.record} of ${result.stream} is judged otherwise`);
      return { rhythm, peaks, any: rhythm || peaks };
    });
    const sum = (of: (result: AuditResult) => number): number => complete.reduce((total, own) => total + of(own), 0);
    const native = sum(({ nativeBytes }) => nativeBytes);
    const predicted = complete.filter((own) => own.predicted !== null);
    const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
    const rungs: Record<string, number> = {};
    for (const rung of complete.flatMap((own) => own.rungs)) rungs[rung] = (rungs[rung] ?? 0) + 1;
    return {
      records: complete.length,
      streams: new Set(complete.map(({ stream }) => stream)).size,
      incomplete: this.results.length - complete.length,
      violated: judged.filter(({ any }) => any).length,
      byTask: {
        rhythm: judged.filter(({ rhythm }) => rhythm).length,
        peaks: judged.filter(({ peaks }) => peaks).length,
      },
      rungs,
      payloadGainTotal: native / sum(({ payloadBytes }) => payloadBytes),
      wireGainTotal: native / (this.#wire.segments + this.#wire.audits),
      wireGainWithoutAudits: native / this.#wire.segments,
      rhythm: {
        predicted: mean(predicted.map((own) => mean((own.predicted ?? []).map(([rhythm = 0]) => rhythm)))),
        error: mean(predicted.map(({ rhythmError }) => rhythmError ?? Number.NaN)),
      },
    };
  }
}
