/** Where a policy stands in its sequence of tests while records pass. */
import {
  fixedSequence,
  lastRejected,
  mostViolations,
  type TauTest,
  type TestLevel,
} from '../../lib/certification/fixed-sequence.js';
import { violates, type PolicyRule } from '../../lib/certification/policy.js';
import type { Played } from './play.js';

interface TauTally {
  readonly tau: number;
  k: number;
  nativeBytes: number;
  payloadBytes: number;
}

export interface SequenceEnd {
  readonly tests: readonly (TauTest & { readonly payloadGainTotal: number })[];
  readonly certified: (TauTest & { readonly payloadGainTotal: number }) | undefined;
}

/** A tau with more violations than a test forgives ends the sequence whatever comes: what lies behind it is measured no further. */
export class PolicySequence {
  readonly #policy: PolicyRule;
  readonly #level: TestLevel;
  readonly #most: number;
  #tallies: TauTally[];

  constructor(policy: PolicyRule, taus: readonly number[], level: TestLevel) {
    this.#policy = policy;
    this.#level = level;
    this.#most = mostViolations(level);
    this.#tallies = taus.map((tau) => ({ tau, k: 0, nativeBytes: 0, payloadBytes: 0 }));
  }

  /** Taus that are to be measured, up to and with the first that cannot be certified any more. */
  get taus(): readonly number[] {
    return this.#tallies.map(({ tau }) => tau);
  }

  /** The next record, by each of `taus`. */
  add(played: readonly Played[]): void {
    this.#tallies.forEach((tally, i) => {
      const own = played[i]!;
      if (violates(own, this.#policy)) tally.k++;
      tally.nativeBytes += own.nativeBytes;
      tally.payloadBytes += own.payloadBytes;
    });
    const failed = this.#tallies.findIndex(({ k }) => k > this.#most);
    if (failed >= 0) this.#tallies = this.#tallies.slice(0, failed + 1);
  }

  finish(): SequenceEnd {
    const tests = fixedSequence(this.#tallies, this.#level).map((test, i) => {
      const { nativeBytes, payloadBytes } = this.#tallies[i]!;
      return { ...test, payloadGainTotal: nativeBytes / payloadBytes };
    });
    const last = lastRejected(tests);
    return { tests, certified: tests.find(({ tau }) => tau === last?.tau) };
  }
}
