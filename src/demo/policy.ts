/** The demo's policy: the shipped one, with the demo's own bounds and audit share. */
import type { KafkaConnection } from '../lib/kafka/index.js';
import { readShippedPolicy, setPolicy } from '../lib/policy/index.js';
import { edgeBounds } from '../lib/runtime/bound-options.js';
import type { DemoConfig } from './config.js';

const AUTHOR = 'demo';

export interface PublishedPolicy {
  readonly version: number;
  /** Withdraws the policy; the scope has none of its own afterwards. */
  readonly withdraw: () => Promise<unknown>;
}

/** Sets the policy of the scope. Throws POLICY_CONFLICT if somebody else sets one for the scope meanwhile. */
export async function publishPolicy(
  connection: KafkaConnection,
  scope: string,
  { auditShare, ...config }: Pick<DemoConfig, 'rhythmBound' | 'peaksBound' | 'prdnBound' | 'auditShare'>,
): Promise<PublishedPolicy> {
  const shipped = (await readShippedPolicy()).policy;
  const { reconstruction, ...tasks } = edgeBounds(config);
  const own = reconstruction === Infinity ? null : reconstruction;
  const bounds = { ...shipped.bounds, ...tasks, reconstruction: own };
  const policy = { ...shipped, bounds, auditShare };
  const { version } = await setPolicy(connection, { scope, policy, author: AUTHOR });
  return { version, withdraw: () => setPolicy(connection, { scope, policy: null, author: AUTHOR }) };
}
