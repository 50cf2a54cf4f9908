/** Logs what certificate stands behind a policy that this edge is to keep, when the policy comes into force. */
import { certifiedBy, type PredictorKind } from '../lib/certification/certificate.js';
import type { Certificates } from '../lib/certification/certificates.js';
import type { Logger } from '../lib/kafka/index.js';
import type { PolicyInForce } from '../lib/policy/index.js';

export interface StandingOptions {
  readonly certificates: Pick<Certificates, 'find'>;
  readonly predictor: PredictorKind;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** Logs the certificate, or what is missing and the command that certifies. */
export function tellStanding(
  { version, scope, policy }: Pick<PolicyInForce, 'version' | 'scope' | 'policy'>,
  { certificates, predictor, logger }: StandingOptions,
): void {
  const standing = certificates.find(policy, predictor);
  if (standing.certificate === undefined) {
    const { reason, command } = standing;
    logger.warn(
      { version, scope, certified: false, reason, command },
      'no certificate stands behind the policy: its streams are sent losslessly; the command certifies, FILE holds the policy',
    );
    return;
  }
  const certificate = certifiedBy(standing.certificate);
  logger.info({ version, scope, certified: true, certificate }, 'a certificate stands behind the policy');
}
