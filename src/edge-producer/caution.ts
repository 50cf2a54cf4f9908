/** `--answer-violations`: follows what audits found in the whole installation, and says when to be more careful. */
import { Caution, type AuditedOutcome } from '../lib/audit/caution.js';
import { EVIDENCE_DAYS } from '../lib/audit/evidence.js';
import { readPastAndLive, type InputRecord, type KafkaConnection, type Logger } from '../lib/kafka/index.js';
import type { PolicyLog } from '../lib/policy/index.js';
import { decode } from '../lib/wire/index.js';
import type { EdgeMetrics } from './metrics.js';

const JUDGE_MS = 5_000;
const DAY_MS = 86_400_000;
/** Wall milliseconds for reading a week of results, beside the work. */
const REPLAY_LIMIT_MS = 1_800_000;

export interface ViolationAnswer {
  /** Whether records that begin now are to be sent more carefully; not before the past week is read. */
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
  let timer: NodeJS.Timeout | undefined;
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
  const reader = await readPastAndLive<AuditedOutcome>({
    ...{ connection, topic: 'ecg.audit-results', from: Date.now() - EVIDENCE_DAYS * DAY_MS, limitMs: REPLAY_LIMIT_MS },
    read: (record) => outcomeOf(record, policies, logger),
    onPast: (all) => {
      for (const one of all.sort((a, b) => a.at - b.at)) caution.take(one);
      judge();
      timer = setInterval(judge, JUDGE_MS);
    },
    onRecord: (one) => {
      caution.take(one);
    },
    onFailure,
  });
  return {
    isCautious: () => isCautious,
    close: () => {
      clearInterval(timer);
      return reader.close();
    },
  };
}

/** Undefined: not a complete record, or none that this version can read. */
function outcomeOf(
  { value, partition, offset }: InputRecord,
  policies: FollowViolationsOptions['policies'],
  logger: FollowViolationsOptions['logger'],
): AuditedOutcome | undefined {
  try {
    const { outcome, stream, evaluatedAt: at, violated, policyVersion } = decode('ecg.audit-results', value);
    if (outcome !== 'COMPLETE') return undefined;
    return { stream, at, violated, alpha: policies.version(policyVersion)?.policy?.alpha };
  } catch (error) {
    logger.error({ partition, offset, err: error }, 'a record of ecg.audit-results cannot be read: it counts as none');
    return undefined;
  }
}
