/** What the tests in a file of certificates may be wrong with, all together. */
import type { CertificateEntry, PredictorKind } from './certificate.js';

export type SpentDelta = Readonly<Partial<Record<PredictorKind, number>>>;

/**
 * The sum of delta over all tests by each predictor: the probability that any of its certificates promises too much is no
 * larger, had all been fixed before their records were looked at. A policy that was refused has spent its delta too, and so
 * have tests whose place a later one took; trials on records that were seen are no tests.
 */
export function spentDelta(policies: readonly CertificateEntry[]): SpentDelta {
  const sums = new Map<PredictorKind, number>();
  for (const { predictor, seen, delta, replaced = [] } of policies) {
    if (seen > 0) continue;
    const own = replaced.reduce((sum, before) => sum + before.delta, delta);
    sums.set(predictor, (sums.get(predictor) ?? 0) + own);
  }
  // Without what adding leaves in the last bits.
  return Object.fromEntries([...sums].map(([predictor, sum]) => [predictor, Number(sum.toPrecision(12))]));
}
