/** Holds all of ecg.policy in memory and follows it. */
import { messageOf, type DynamicDeepError } from '../errors/index.js';
import { CompactedTable, type KafkaConnection } from '../kafka/index.js';
import { PolicyLog, type PolicyVersion, type Refusal } from './policy-log.js';

export interface PolicyTableOptions {
  readonly connection: KafkaConnection;
  /** Log that takes the changes; a new one by default. */
  readonly log?: PolicyLog;
  /** Called for each new version, also while the table is read for the first time. */
  readonly onChange?: (version: PolicyVersion) => void;
  /** Called for a record that is not a policy or came too late: the last valid one stands. */
  readonly onRefused?: (refusal: PolicyRefusal) => void;
  /** Called once, when the table can no longer be kept up to date. */
  readonly onFailure?: (error: DynamicDeepError) => void;
}

export interface PolicyRefusal extends Omit<Refusal, 'reason'> {
  /** `undecodable`: not even a value of the topic's schema. */
  readonly reason: Refusal['reason'] | 'undecodable';
  readonly offset: number;
}

export interface PolicyTable {
  readonly log: PolicyLog;
  /** Resolves when everything that the topic holds now has been read. Throws CONSUMER_FAILED. */
  readonly catchUp: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Resolves when everything that the topic held at the start has been read. Throws CONSUMER_FAILED. */
export async function openPolicyTable(options: PolicyTableOptions): Promise<PolicyTable> {
  const { connection, log = new PolicyLog(), onChange, onRefused, onFailure } = options;
  const table = await CompactedTable.open({
    connection,
    topic: 'ecg.policy',
    onChange: (_, change, { offset }) => {
      if (change === null) return;
      const taken = log.take(change);
      if ('mistakes' in taken) onRefused?.({ ...taken, offset });
      else onChange?.(taken);
    },
    onInvalid: ({ offset }, error) => {
      onRefused?.({ reason: 'undecodable', mistakes: [messageOf(error)], offset });
    },
    ...(onFailure === undefined ? {} : { onFailure }),
  });
  const close = (): Promise<void> => table.close();
  try {
    await table.ready();
  } catch (error) {
    await close();
    throw error;
  }
  return { log, catchUp: () => table.catchUp(), close };
}
