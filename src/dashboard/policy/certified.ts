/** What calibration has certified about a policy (docs/certificates.md). */
import { join } from 'node:path';
import { readCertificates, type Certificate, type PredictorKind } from '../../lib/certification/certificate.js';
import { Certificates } from '../../lib/certification/certificates.js';
import type { ChoiceLimits } from '../../lib/codec/choose.js';
import type { Ladder } from '../../lib/codec/ladder.js';
import { limitsOf, type Policy } from '../../lib/policy/index.js';
import type { CertifiedGain, PolicyStanding } from './protocol.js';

export interface Certified {
  /** Predictor of an edge that is not configured otherwise. */
  readonly predictor: PredictorKind;
  readonly gains: readonly CertifiedGain[];
  standing(policy: Policy): PolicyStanding;
  /** Limits under which an edge would choose rungs; null: everything goes losslessly. */
  limits(policy: Policy): ChoiceLimits | null;
}

/** @throws DynamicDeepError MODEL_INVALID, CERTIFICATE_INVALID */
export async function openCertified(models: string, ladder: Ladder): Promise<Certified> {
  const predictor = ladder.synthesisTau === undefined ? 'dense' : 'synthesis';
  const certificates = await Certificates.open(models, ladder);
  const all = await readCertificates(join(models, 'certificates.json'));
  const find = (policy: Policy) => certificates.find(policy, predictor);
  return {
    predictor,
    gains: all.filter((own) => own.models.codec === ladder.hash && own.predictor === predictor).map(gainOf),
    standing: (policy) => {
      const found = find(policy);
      if (found.certificate === undefined) {
        return { certified: false, reason: found.reason, command: found.command };
      }
      return { certified: true, ...gainOf(found.certificate) };
    },
    limits: (policy) => limitsOf(policy, ladder, find(policy).certificate),
  };
}

function gainOf(certificate: Certificate): CertifiedGain {
  const { tau, n, k, alpha, bounds } = certificate;
  const { rhythm, peaks, reconstruction } = bounds;
  // An extra figure beside the certificate, which the schema passes through unchecked.
  const gain = (certificate as { payloadGainTotal?: unknown }).payloadGainTotal;
  return {
    bounds: { rhythm, peaks, reconstruction },
    tau,
    n,
    k,
    alpha,
    payloadGain: typeof gain === 'number' ? gain : null,
  };
}
