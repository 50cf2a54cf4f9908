/** `--answer-violations`: follows what audits found in the whole installation, and says when to be more careful. */
import { Caution, type AuditedOutcome } from '../lib/audit/caution.js';
import { followAuditResults } from '../lib/audit-results/follow.js';
import type { KafkaConnection, Logger } from '../lib/kafka/index.js';
import type { PolicyLog } from '../lib/policy/index.js';
import type { EdgeMetrics } from './metrics.js';

export interface ViolationAnswer {
  /** Whether records that begin now are to be sent more carefully; false until the past week has been read. */
  readonly isCautious: () => boolean;
  readonly close: () => Promise<void>;
}

export interface FollowViolationsOptions {
  readonly connection: KafkaConnection;
  readonly policies: Pick<PolicyLog, 'version'>;
  readonly metrics: Pick<EdgeMetrics, 'setCautious'>;
  readonly logger: Pick<Logger, 'info' | 'warn' | 'error'>;
  readonly onFailure: (error: Error) => void;
}

/** Resolves when reading has begun. */
export async function followViolations(options: FollowViolationsOptions): Promise<ViolationAnswer> {
  const { connection, policies, metrics, logger, onFailure } = options;
  const caution = new Caution();
  let isCautious = false;
  const judge = (): void => {
    const { isCautious: isNow, ...figures } = caution.judge(Date.now());
    if (isNow !== isCautious) {
      const what = isNow
        ? 'audits show more violations than the policies allow: records go by the next smaller certified tau, losslessly where there is none'
        : 'violations are back under what the policies allow: records go by their certificates again';
      logger.warn({ cautious: isNow, ...figures }, what);
    }
    isCautious = isNow;
    metrics.setCautious(isNow);
  };
  const reader = await followAuditResults<AuditedOutcome>({
    connection,
    logger,
    refresh: judge,
    onFailure,
    read: ({ stream, evaluatedAt: at, violated, policyVersion }) => {
      return { stream, at, violated, alpha: policies.version(policyVersion)?.policy?.alpha };
    },
    take: (one) => {
      caution.take(one);
    },
  });
  return { isCautious: () => isCautious, close: () => reader.close() };
}
