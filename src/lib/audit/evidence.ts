/**
 * Evidence that the rate of violations is above what the policies allow: e-processes (docs/audits.md).
 *
 * A process starts with a wealth of 1 and bets on each record: e = q / alpha where the record violates, (1 - q) / (1 - alpha)
 * where it does not, for several q above alpha at once, with a share of the wealth each. While at most alpha of the records
 * violate, the wealth is a non-negative supermartingale, and ever reaches c with probability 1 / c at most (Ville, 1939;
 * bets on a bounded mean: Waudby-Smith and Ramdas, J. R. Stat. Soc. B 86 (1), 2024).
 *
 * A process begins every day and is kept for a week, so that evidence of long ago neither hides nor makes a change (Shin,
 * Ramdas, Rinaldo, E-detectors, 2024). The probability that any of D days' processes ever reaches c is D / c at most.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const EVIDENCE_DAYS = 7;
/** The rates that are bet on, in multiples of alpha. */
const MULTIPLES = [1.5, 2, 4, 8, 16] as const;

/**
 * How often a stream bets in one process. `record`: once an hour: the claim is that alpha holds whatever came before, at
 * every bed. `stream`: once: the claim is that of a certificate, alpha over streams, however alike one's records are.
 */
export type EvidenceKind = 'record' | 'stream';

export interface Bet {
  readonly stream: string;
  /** Wall milliseconds UTC at which the record was evaluated. */
  readonly at: number;
  readonly violated: boolean;
  /** Share of records that the record's policy lets exceed, above 0 and below 1. */
  readonly alpha: number;
}

interface Odds {
  readonly alpha: number;
  /** What the logarithm of each share of the wealth grows by. */
  readonly violated: readonly number[];
  readonly kept: readonly number[];
}

const NO_ODDS: Odds = { alpha: Number.NaN, violated: [], kept: [] };

function oddsOf(alpha: number): Odds {
  // Halfway to 1 where the multiple would be above it.
  const rates = MULTIPLES.map((multiple) => Math.min(multiple * alpha, (1 + alpha) / 2));
  return {
    alpha,
    violated: rates.map((q) => Math.log(q / alpha)),
    kept: rates.map((q) => Math.log1p(-q) - Math.log1p(-alpha)),
  };
}

/** One start. Bets of a process come in the order of their time. */
export class EvidenceProcess {
  readonly #kind: EvidenceKind;
  /** Logarithms, one a rate that is bet on. */
  readonly #wealths = MULTIPLES.map(() => -Math.log(MULTIPLES.length));
  /** Hour of its newest bet, by stream. */
  readonly #bet = new Map<string, number>();
  #odds = NO_ODDS;
  #reached = 0;

  constructor(kind: EvidenceKind) {
    this.#kind = kind;
  }

  take({ stream, at, violated, alpha }: Bet): void {
    const turn = this.#kind === 'stream' ? 0 : Math.floor(at / HOUR_MS);
    if ((this.#bet.get(stream) ?? -1) >= turn) return;
    this.#bet.set(stream, turn);
    if (this.#odds.alpha !== alpha) this.#odds = oddsOf(alpha);
    const gains = violated ? this.#odds.violated : this.#odds.kept;
    for (const [i, gain] of gains.entries()) this.#wealths[i] = (this.#wealths[i] ?? 0) + gain;
    const most = Math.max(...this.#wealths);
    // Far from what was reached there is nothing to add up.
    if (most + Math.log(MULTIPLES.length) <= this.#reached) return;
    const wealth = most + Math.log(this.#wealths.reduce((sum, own) => sum + Math.exp(own - most), 0));
    this.#reached = Math.max(this.#reached, wealth);
  }

  /** Natural logarithm of the most that the wealth has been: what was reached once counts. */
  get reached(): number {
    return this.#reached;
  }
}

/** The processes of a week. Memory: a number a stream and process. */
export class Evidence {
  readonly #kind: EvidenceKind;
  /** By day since 1970. */
  readonly #processes = new Map<number, EvidenceProcess>();

  constructor(kind: EvidenceKind) {
    this.#kind = kind;
  }

  take(bet: Bet): void {
    const day = Math.floor(bet.at / DAY_MS);
    if (!this.#processes.has(day)) this.#processes.set(day, new EvidenceProcess(this.#kind));
    for (const [start, process] of this.#processes) if (start <= day) process.take(bet);
  }

  /** Decimal logarithm of the largest wealth of a process of the last week: 4 is 10,000 to 1. `now`: wall milliseconds. */
  read(now: number): number {
    const today = Math.floor(now / DAY_MS);
    let reached = 0;
    for (const [start, process] of this.#processes) {
      if (start <= today - EVIDENCE_DAYS) this.#processes.delete(start);
      else reached = Math.max(reached, process.reached);
    }
    return reached / Math.LN10;
  }
}
