/**
 * Learn-then-test (Angelopoulos, Bates, Candès, Jordan, Lei: Learn then Test, 2021) with fixed-sequence testing: taus are
 * tested from the most conservative on, each at the whole of delta, up to the first that cannot be shown to keep alpha. The
 * share of calibrations that certify a tau whose true rate is above alpha is at most delta, however the tests depend on each other.
 */
import { binomialLowerTail } from './binomial.js';

/** A tau of the grid, and how many of the records it was measured on broke the policy. */
export interface TauCount {
  readonly tau: number;
  readonly k: number;
}

export interface TauTest extends TauCount {
  /** P(at most k violations | rate alpha): what the test compares with delta. */
  readonly p: number;
  /** Whether 'the rate is above alpha' is rejected. */
  readonly rejected: boolean;
}

export interface TestLevel {
  /** Records. */
  readonly n: number;
  readonly alpha: number;
  /** Of this certificate alone. */
  readonly delta: number;
}

/**
 * The tests in their order, up to and with the first that does not reject; the last before it is what is certified.
 *
 * @param counts from the most conservative tau on; asked one at a time, so that what lies behind a failure need not be measured
 */
export function fixedSequence(counts: Iterable<TauCount>, { n, alpha, delta }: TestLevel): TauTest[] {
  const tests: TauTest[] = [];
  for (const { tau, k } of counts) {
    const before = tests.at(-1)?.tau ?? -Infinity;
    if (!(tau > before))
      throw new RangeError(`tau ${tau} is no less conservative than ${before}, which was tested before`);
    const p = binomialLowerTail(k, n, alpha);
    const rejected = n > 0 && p <= delta;
    tests.push({ tau, k, p, rejected });
    if (!rejected) break;
  }
  return tests;
}

/** The test that certifies; undefined where the most conservative tau failed. */
export function lastRejected(tests: readonly TauTest[]): TauTest | undefined {
  return tests.findLast(({ rejected }) => rejected);
}

/** The most violations among n records with which 'the rate is above alpha' is rejected; -1 where even none are too many. */
export function mostViolations({ n, alpha, delta }: TestLevel): number {
  let most = -1;
  while (most < n - 1 && binomialLowerTail(most + 1, n, alpha) <= delta) most++;
  return most;
}
