/** Bounds the total probability of error of the tests in a file of certificates. */
import type { CertificateEntry, PredictorKind } from './certificate.js';

export type SpentDelta = Readonly<Partial<Record<PredictorKind, number>>>;

/**
 * Sums delta over all tests of each predictor. If all tests were fixed before their records were looked at, the probability
 * that any of its certificates promises too much is at most this sum. A refused policy has spent its delta too, and so have
 * tests that were replaced. Trials on records that had been seen are not tests.
 */
export function spentDelta(policies: readonly CertificateEntry[]): SpentDelta {
  const sums = new Map<PredictorKind, number>();
  for (const { predictor, seen, delta, replaced = [] } of policies) {
    if (seen > 0) continue;
    const own = replaced.reduce((sum, before) => sum + before.delta, delta);
    sums.set(predictor, (sums.get(predictor) ?? 0) + own);
  }
  // Removes the rounding errors of the sum.
  return Object.fromEntries([...sums].map(([predictor, sum]) => [predictor, Number(sum.toPrecision(12))]));
}
