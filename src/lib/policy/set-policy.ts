/**
 * Writes a policy. Kafka has no compare-and-set, but one partition has one order. A change names the version that it takes. If
 * several name the same one, every reader takes the first, and each writer checks whether that was its own.
 */
import { randomUUID } from 'node:crypto';
import { DynamicDeepError } from '../errors/index.js';
import { createEdgeProducer, type KafkaConnection } from '../kafka/index.js';
import { encode } from '../wire/index.js';
import type { Policy } from './policy.js';
import type { PolicyVersion } from './policy-log.js';
import { openPolicyTable } from './policy-table.js';

export interface PolicyToSet {
  readonly scope: string;
  /** Null: the scope is to have no policy of its own. */
  readonly policy: Policy | null;
  readonly author: string;
  /** Version of the scope that is to be replaced, 0 for none; by default, whichever is there. */
  readonly expected?: number;
}

/** Number of tries if changes of other scopes take the version first. */
const TRIES = 10;

/**
 * Resolves with the version that the change has become. Throws POLICY_CONFLICT if the scope's version is not the expected one,
 * if another writer changed the scope meanwhile, or if other changes took the version first `TRIES` times: this change is then
 * not in force.
 */
export async function setPolicy(connection: KafkaConnection, change: PolicyToSet): Promise<PolicyVersion> {
  const { scope, policy, author, expected } = change;
  const table = await openPolicyTable({ connection });
  try {
    const { log } = table;
    const before = log.current(scope);
    const found = before?.version ?? 0;
    if (expected !== undefined && found !== expected) throw conflict(scope, `not ${expected}`, before);
    const producer = await createEdgeProducer(connection);
    try {
      for (let tries = 0; tries < TRIES; tries++) {
        // The table moves on while we wait: the version is taken from the same view in which the scope was checked.
        const now = log.current(scope);
        if ((now?.version ?? 0) !== found) throw conflict(scope, 'changed meanwhile', now);
        const id = randomUUID();
        const version = log.newest + 1;
        const value = encode('ecg.policy', { id, version, scope, author, at: Date.now(), policy });
        await producer.send({ topic: 'ecg.policy', key: id, values: [value] });
        await table.catchUp();
        const taken = log.version(version);
        if (taken?.id === id) return taken;
      }
    } finally {
      await producer.close();
    }
    throw new DynamicDeepError('POLICY_CONFLICT', `${TRIES} times another change took the version of this one first`);
  } finally {
    await table.close();
  }
}

function conflict(scope: string, what: string, now: PolicyVersion | undefined): DynamicDeepError {
  const there =
    now === undefined
      ? 'there is none'
      : `it is version ${now.version} by ${now.author}, ${new Date(now.at).toISOString()}`;
  return new DynamicDeepError('POLICY_CONFLICT', `the policy of ${scope} is ${what}: ${there}`);
}
