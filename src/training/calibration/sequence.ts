/** Tracks a policy's sequence of tests while records are added. */
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

/** Counts violations by tau. A tau with too many for its test ends the sequence for good: later taus are measured no further. */
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

  /** Taus still to be measured, up to and including the first that can no longer be certified. */
  get taus(): readonly number[] {
    return this.#tallies.map(({ tau }) => tau);
  }

  /** Adds the next record, as played at each of `taus`. */
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
