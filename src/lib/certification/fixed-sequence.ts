/**
 * Learn-then-test (Angelopoulos, Bates, Candès, Jordan, Lei: Learn then Test, 2021) with fixed-sequence testing: taus are
 * tested from the most conservative on, each at the whole of delta, up to the first that cannot be shown to keep alpha. The
 * share of calibrations that certify a tau whose true rate is above alpha is at most delta, whatever the dependence between
 * tests.
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
  /** Number of records. */
  readonly n: number;
  readonly alpha: number;
  /** Delta of this certificate alone. */
  readonly delta: number;
}

/**
 * Returns the tests in order, up to and including the first that does not reject. The last one before it is certified.
 *
 * @param counts from the most conservative tau on; read one at a time, so that those after a failure need not be measured
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

/** Returns the test that certifies; undefined if the most conservative tau failed. */
export function lastRejected(tests: readonly TauTest[]): TauTest | undefined {
  return tests.findLast(({ rejected }) => rejected);
}

/** Returns the most violations among n records that still reject 'the rate is above alpha'; -1 if even none is too many. */
export function mostViolations({ n, alpha, delta }: TestLevel): number {
  let most = -1;
  while (most < n - 1 && binomialLowerTail(most + 1, n, alpha) <= delta) most++;
  return most;
}
