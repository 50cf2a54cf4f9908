/**
 * Decides when the rate of violations calls for caution: while the last week proves that it was above what the policies allow,
 * and the estimate of the last day still is (docs/audits.md).
 */
import { Evidence, type EvidenceKind } from './evidence.js';
import { RateWindow } from './rate-window.js';

/** Decimal logarithm of the wealth that counts as proof, the same as for the alerts. */
export const PROOF = 4;

const KINDS: readonly EvidenceKind[] = ['record', 'stream'];

export interface Judgement {
  readonly isCautious: boolean;
  /** Share of audited records above a bound in the last 24 hours, and the share that the policies allow. */
  readonly rate: number;
  readonly allowed: number;
  readonly records: number;
  /** Decimal logarithm of the evidence, the larger of both kinds. */
  readonly evidence: number;
}

/** Depends on the records alone: any process that reads the same ones reaches the same judgement, also after a restart. */
export class Caution {
  readonly #rates = new RateWindow();
  readonly #evidence = KINDS.map((kind) => new Evidence(kind));

  /** Takes records in the order of their time. Those whose policy is not known (`alpha` undefined) are ignored. */
  take({ stream, at, violated, alpha }: AuditedOutcome): void {
    if (alpha === undefined) return;
    this.#rates.take({ stream, at, violated: violated ? ['any'] : [], alpha });
    for (const evidence of this.#evidence) evidence.take({ stream, at, violated, alpha });
  }

  /** `now`: wall milliseconds. */
  judge(now: number): Judgement {
    const { records, allowed, of } = this.#rates.read(now, '24h');
    const { rate } = of('any');
    const evidence = Math.max(...this.#evidence.map((own) => own.read(now)));
    return { isCautious: evidence >= PROOF && rate > allowed, rate, allowed, records, evidence };
  }
}

export interface AuditedOutcome {
  readonly stream: string;
  /** Wall milliseconds UTC at which it was evaluated. */
  readonly at: number;
  readonly violated: boolean;
  /** Share of records that its policy allows above a bound; undefined: no policy is known. */
  readonly alpha: number | undefined;
}
