/**
 * When the rate of violations is to be answered: while there is proof of a week that it was above what the policies allow,
 * and the estimate of the last day still is (docs/audits.md).
 */
import { Evidence, type EvidenceKind } from './evidence.js';
import { RateWindow } from './rate-window.js';

/** Decimal logarithm of the wealth that counts as proof: what the alerts take. */
export const PROOF = 4;

const KINDS: readonly EvidenceKind[] = ['record', 'stream'];

export interface Judgement {
  readonly isCautious: boolean;
  /** Of the last 24 hours: share of audited records above a bound, and what the policies allow. */
  readonly rate: number;
  readonly allowed: number;
  readonly records: number;
  /** The larger of both kinds, decimal logarithm. */
  readonly evidence: number;
}

/** All that it knows is in the records: any process that reads the same comes to the same judgement, after a restart too. */
export class Caution {
  readonly #rates = new RateWindow();
  readonly #evidence = KINDS.map((kind) => new Evidence(kind));

  /** Records in the order of their time. Of a policy that is not known (`alpha` undefined) nothing is said. */
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
  /** Share of records that its policy lets exceed; undefined: no policy is known. */
  readonly alpha: number | undefined;
}
