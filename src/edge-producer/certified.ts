/** What stands behind the policy that the edge is to keep: said at start and on a metric. */
import { certifiedBy, type Certificate } from '../lib/certification/certificate.js';
import { Certificates } from '../lib/certification/certificates.js';
import { policyOfBounds } from '../lib/certification/policy.js';
import type { Ladder } from '../lib/codec/ladder.js';
import type { Logger } from '../lib/kafka/index.js';
import { edgeBounds } from '../lib/runtime/bound-options.js';
import type { EdgeConfig } from './config.js';
import type { EdgeMetrics } from './metrics.js';

interface Surroundings {
  readonly models: string;
  readonly ladder: Ladder;
  readonly metrics: Pick<EdgeMetrics, 'setCertified'>;
  readonly logger: Pick<Logger, 'info' | 'warn'>;
}

/** The certificate to choose by; undefined: everything is to go losslessly. Throws CERTIFICATE_INVALID, MODEL_INVALID. */
export async function certificateOf(
  config: Pick<EdgeConfig, 'rhythmBound' | 'peaksBound' | 'prdnBound' | 'predictor' | 'certificates'>,
  { models, ladder, metrics, logger }: Surroundings,
): Promise<Certificate | undefined> {
  const policy = policyOfBounds(edgeBounds(config));
  const certificates = await Certificates.open(models, ladder, config.certificates);
  const standing = certificates.find(policy, config.predictor);
  metrics.setCertified(standing.certificate !== undefined);
  if (standing.certificate === undefined) {
    const { reason, command } = standing;
    logger.warn({ certified: false, policy, reason, command }, 'no certificate: every window is sent losslessly; the command certifies, FILE holds the policy'); // prettier-ignore
    return undefined;
  }
  const certificate = certifiedBy(standing.certificate);
  logger.info({ certified: true, policy, certificate }, 'a certificate stands behind the policy');
  return standing.certificate;
}
