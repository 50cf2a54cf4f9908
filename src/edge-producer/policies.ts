/** Follows ecg.policy; tells by log and metrics what it means for this edge, and what certificate stands behind it. */
import { isLossless } from '../lib/certification/match.js';
import type { Ladder } from '../lib/codec/ladder.js';
import type { KafkaConnection, Logger } from '../lib/kafka/index.js';
import {
  openPolicyTable,
  shortfallsOf,
  type PolicyLog,
  type PolicyTable,
  type PolicyVersion,
} from '../lib/policy/index.js';
import type { EdgeMetrics } from './metrics.js';
import { tellStanding, type StandingOptions } from './policy-standing.js';

export interface FollowOptions extends Pick<StandingOptions, 'certificates' | 'predictor'> {
  readonly connection: KafkaConnection;
  readonly ladder: Ladder;
  readonly gateway: string;
  readonly ward: string | null;
  readonly metrics: Pick<EdgeMetrics, 'countPolicyRefused' | 'setPolicyVersion' | 'setCertified'>;
  readonly logger: Logger;
  readonly onFailure: (error: Error) => void;
}

/** Whether a scope may cover a stream of this edge. Stream ids begin with the gateway's id. */
function mayCover(scope: string, { gateway, ward }: Pick<FollowOptions, 'gateway' | 'ward'>): boolean {
  return scope === 'default' || scope === `ward:${ward ?? ''}` || scope.startsWith(`stream:${gateway}-`);
}

/** Resolves when the topic has been read to its end. Throws CONSUMER_FAILED. */
export async function followPolicies(options: FollowOptions): Promise<PolicyTable> {
  const { connection, ladder, certificates, predictor, ward, metrics, logger, onFailure } = options;
  const lossyRungs = ladder.rungs.filter(({ kind }) => kind !== 'lossless').map(({ name }) => name);
  let isFollowing = false;
  const say = ({ version, scope, author, policy }: PolicyVersion): void => {
    logger.info({ version, scope, author, policy }, policy === null ? 'policy withdrawn' : 'policy');
    if (policy === null || !mayCover(scope, options)) return;
    const shortfalls = shortfallsOf(policy, ladder);
    if (shortfalls.length > 0)
      logger.error({ version, scope, shortfalls }, 'this edge cannot keep the policy as it is');
    if (isLossless(policy, { lossyRungs })) {
      logger.info(
        { version, scope },
        'the policy allows the lossless rung alone: its streams are sent losslessly, and it needs no certificate',
      );
      return;
    }
    tellStanding({ version, scope, policy }, { certificates, predictor, logger });
  };
  /** Publishes whether each lossy policy that may cover a stream of this edge has a certificate; true if there is none. */
  const measure = (log: PolicyLog): void => {
    const own = log.inForce().filter(({ scope }) => mayCover(scope, options));
    const lossy = own.filter(({ policy }) => !isLossless(policy, { lossyRungs }));
    metrics.setCertified(lossy.every(({ policy }) => certificates.find(policy, predictor).certificate !== undefined));
  };
  metrics.setPolicyVersion(0);
  const table: PolicyTable = await openPolicyTable({
    connection,
    onChange: (version) => {
      metrics.setPolicyVersion(version.version);
      if (!isFollowing) return;
      say(version);
      measure(table.log);
    },
    onRefused: (refusal) => {
      metrics.countPolicyRefused(refusal);
      logger.error(refusal, 'a record of ecg.policy is left out: the last valid policy stands');
    },
    onFailure,
  });
  isFollowing = true;
  for (const version of table.log.inForce()) say(version);
  measure(table.log);
  const covering = [...(ward === null ? [] : [`ward:${ward}`]), 'default'];
  if (covering.every((scope) => !table.log.current(scope)?.policy)) {
    logger.warn({ covering }, 'no policy: streams without one of their own are sent losslessly until one is set');
  }
  return table;
}
