/**
 * Evidence that the rate of violations is above what the policies allow: e-processes (docs/audits.md).
 *
 * A process starts with a wealth of 1 and bets on each record: e = q / alpha if the record violates, (1 - q) / (1 - alpha) if
 * it does not, for several q above alpha at once, with a share of the wealth each. While at most alpha of the records violate,
 * the wealth is a non-negative supermartingale, and the probability that it ever reaches c is at most 1 / c (Ville, 1939; bets
 * on a bounded mean: Waudby-Smith and Ramdas, J. R. Stat. Soc. B 86 (1), 2024).
 *
 * A process begins every day and is kept for a week, so that old evidence neither hides a change nor looks like one (Shin,
 * Ramdas, Rinaldo, E-detectors, 2024). The probability that any of D days' processes ever reaches c is at most D / c.
 */

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
export const EVIDENCE_DAYS = 7;
/** The rates q that are bet on, in multiples of alpha. */
const MULTIPLES = [1.5, 2, 4, 8, 16] as const;

/**
 * How often a stream bets in one process. `record`: once an hour, which tests that alpha holds at every bed whatever came
 * before. `stream`: once, which tests a certificate's claim: alpha over streams, however alike the records of one stream are.
 */
export type EvidenceKind = 'record' | 'stream';

export interface Bet {
  readonly stream: string;
  /** Wall milliseconds UTC at which the record was evaluated. */
  readonly at: number;
  readonly violated: boolean;
  /** Share of records that the record's policy allows above a bound, above 0 and below 1. */
  readonly alpha: number;
}

interface Odds {
  readonly alpha: number;
  /** What a record adds to the logarithm of each share of the wealth, if it violates and if it does not. */
  readonly violated: readonly number[];
  readonly kept: readonly number[];
}

const NO_ODDS: Odds = { alpha: Number.NaN, violated: [], kept: [] };

function oddsOf(alpha: number): Odds {
  // At most halfway from alpha to 1.
  const rates = MULTIPLES.map((multiple) => Math.min(multiple * alpha, (1 + alpha) / 2));
  return {
    alpha,
    violated: rates.map((q) => Math.log(q / alpha)),
    kept: rates.map((q) => Math.log1p(-q) - Math.log1p(-alpha)),
  };
}

/** The process that began on one day. Bets come in the order of their time. */
export class EvidenceProcess {
  readonly #kind: EvidenceKind;
  /** Logarithm of the wealth on each rate. */
  readonly #wealths = MULTIPLES.map(() => -Math.log(MULTIPLES.length));
  /** Hour of the newest bet, by stream; 0 if a stream bets only once. */
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
    // This bounds the total wealth: unless it is above what was reached, there is no need to add up.
    if (most + Math.log(MULTIPLES.length) <= this.#reached) return;
    const wealth = most + Math.log(this.#wealths.reduce((sum, own) => sum + Math.exp(own - most), 0));
    this.#reached = Math.max(this.#reached, wealth);
  }

  /** Natural logarithm of the largest wealth so far: what was reached once counts. */
  get reached(): number {
    return this.#reached;
  }
}

/** The processes of the last week. Memory: a number for each stream and process. */
export class Evidence {
  readonly #kind: EvidenceKind;
  /** Processes by the day on which they began, counted from 1970. */
  readonly #processes = new Map<number, EvidenceProcess>();

  constructor(kind: EvidenceKind) {
    this.#kind = kind;
  }

  take(bet: Bet): void {
    const day = Math.floor(bet.at / DAY_MS);
    if (!this.#processes.has(day)) this.#processes.set(day, new EvidenceProcess(this.#kind));
    for (const [start, process] of this.#processes) if (start <= day) process.take(bet);
  }

  /**
   * Returns the decimal logarithm of the largest wealth that any process of the last week has reached: 4 is 10,000 to 1.
   *
   * @param now wall milliseconds
   */
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
