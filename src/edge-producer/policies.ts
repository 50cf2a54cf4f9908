/** Follows ecg.policy, and says in log and metrics what it means for this edge. */
import type { Ladder } from '../lib/codec/ladder.js';
import type { KafkaConnection, Logger } from '../lib/kafka/index.js';
import { openPolicyTable, type PolicyTable, type PolicyVersion } from '../lib/policy/index.js';
import type { EdgeMetrics } from './metrics.js';
import { shortfallsOf } from './policy-limits.js';

export interface FollowOptions {
  readonly connection: KafkaConnection;
  readonly ladder: Ladder;
  readonly ward: string | null;
  readonly metrics: Pick<EdgeMetrics, 'countPolicyRefused' | 'setPolicyVersion'>;
  readonly logger: Logger;
  readonly onFailure: (error: Error) => void;
}

/** Resolves when the topic is read to its end. Throws CONSUMER_FAILED. */
export async function followPolicies(options: FollowOptions): Promise<PolicyTable> {
  const { connection, ladder, ward, metrics, logger, onFailure } = options;
  let isFollowing = false;
  const say = ({ version, scope, author, policy }: PolicyVersion): void => {
    logger.info({ version, scope, author, policy }, policy === null ? 'policy withdrawn' : 'policy');
    const shortfalls = policy === null ? [] : shortfallsOf(policy, ladder);
    if (shortfalls.length > 0)
      logger.error({ version, scope, shortfalls }, 'this edge cannot keep the policy as it is');
  };
  metrics.setPolicyVersion(0);
  const table = await openPolicyTable({
    connection,
    onChange: (version) => {
      metrics.setPolicyVersion(version.version);
      if (isFollowing) say(version);
    },
    onRefused: (refusal) => {
      metrics.countPolicyRefused(refusal);
      logger.error(refusal, 'a record of ecg.policy is left out: the last valid policy stands');
    },
    onFailure,
  });
  isFollowing = true;
  for (const version of table.log.inForce()) say(version);
  const covering = [...(ward === null ? [] : [`ward:${ward}`]), 'default'];
  if (covering.every((scope) => !table.log.current(scope)?.policy)) {
    logger.warn({ covering }, 'no policy: streams without one of their own are sent losslessly until one is set');
  }
  return table;
}
