/** Fig. 3: spread of the errors over records when all of them are sent by one rung. */
import type { CodedRecord } from './coded-record.js';
import type { Outcome, Outcomes } from './outcomes.js';
import { throughout } from './rules.js';
import { quantile } from './summary.js';

/** Quantiles: 5%, quartiles and 95%. */
export interface Spread {
  readonly p5: number | null;
  readonly q1: number | null;
  readonly median: number | null;
  readonly q3: number | null;
  readonly p95: number | null;
}

export interface RungErrors {
  /** Rung, `cae-32` or `cae-64`; `lossless` is the uncompressed signal. */
  readonly rung: string;
  /** Cross-entropy against the label, nats: the error that Fig. 3 shows. */
  readonly crossEntropy: Spread;
  /** Added cross-entropy, nats. */
  readonly rhythm: Spread;
  readonly peaks: Spread;
  /** Percent. */
  readonly prdn: Spread;
}

const ERRORS = ['crossEntropy', 'rhythm', 'peaks', 'prdn'] as const;

export class RungSpreads {
  readonly #outcomes: ReadonlyMap<string, Pick<Outcome, (typeof ERRORS)[number]>[]>;

  constructor(rungs: readonly string[]) {
    this.#outcomes = new Map(rungs.map((rung) => [rung, []]));
  }

  add(batch: readonly CodedRecord[], outcomes: Outcomes): void {
    for (const [rung, own] of this.#outcomes) {
      own.push(...batch.map((coded) => outcomes.of(coded, throughout(coded, rung))));
    }
  }

  finish(): RungErrors[] {
    return [...this.#outcomes].map(([rung, own]) => {
      const spreads = ERRORS.map((error) => [error, spread(own.map((outcome) => outcome[error]))] as const);
      return { rung, ...(Object.fromEntries(spreads) as Record<(typeof ERRORS)[number], Spread>) };
    });
  }
}

function spread(values: readonly number[]): Spread {
  const at = (share: number): number | null => quantile(values, share);
  return { p5: at(0.05), q1: at(0.25), median: at(0.5), q3: at(0.75), p95: at(0.95) };
}
