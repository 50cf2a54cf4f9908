/** What calibration says of a policy: docs/certificates.md. */
import { join } from 'node:path';
import { readCertificates, type Certificate, type PredictorKind } from '../../lib/certification/certificate.js';
import { Certificates } from '../../lib/certification/certificates.js';
import type { ChoiceLimits } from '../../lib/codec/choose.js';
import type { Ladder } from '../../lib/codec/ladder.js';
import { limitsOf, type Policy } from '../../lib/policy/index.js';
import type { CertifiedGain, PolicyStanding } from './protocol.js';

export interface Certified {
  /** What an edge predicts with where nobody chose another. */
  readonly predictor: PredictorKind;
  readonly gains: readonly CertifiedGain[];
  standing(policy: Policy): PolicyStanding;
  /** What an edge would choose under; null: everything goes losslessly. */
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
  // A figure beside the certificate: the schema lets it pass unread.
  const gain = (certificate as { payloadGainTotal?: unknown }).payloadGainTotal;
  return {
    ...{ bounds: { rhythm, peaks, reconstruction }, tau, n, k, alpha },
    payloadGain: typeof gain === 'number' ? gain : null,
  };
}
