import { CHOICE_RULE, type Certificate } from '../../../src/lib/certification/certificate.js';

export const HASHES = { codec: 'a'.repeat(64), rhythm: 'b'.repeat(64), peaks: 'c'.repeat(64) };

/** A certificate that holds: 2 violations of 900 at alpha 1% and delta 1%. */
export function certificate(some: Partial<Certificate> = {}): Certificate {
  return {
    bounds: { rhythm: 0.25, peaks: 0.1, reconstruction: null, weightedSum: null },
    weights: { rhythm: 1, peaks: 1 },
    rungs: null,
    predictor: 'synthesis',
    tau: 0.5,
    n: 900,
    k: 2,
    alpha: 0.01,
    delta: 0.01,
    rule: CHOICE_RULE[some.predictor ?? 'synthesis'],
    models: HASHES,
    seen: 0,
    ...some,
  };
}
