/** ecg.policy, held whole and followed. */
import { messageOf, type DynamicDeepError } from '../errors/index.js';
import { CompactedTable, type KafkaConnection } from '../kafka/index.js';
import { PolicyLog, type PolicyVersion, type Refusal } from './policy-log.js';

export interface PolicyTableOptions {
  readonly connection: KafkaConnection;
  /** That takes the changes; one of its own by default. */
  readonly log?: PolicyLog;
  /** A version has come, also while the table is read for the first time. */
  readonly onChange?: (version: PolicyVersion) => void;
  /** A record that is no policy, or came too late: the last valid one stands. */
  readonly onRefused?: (refusal: PolicyRefusal) => void;
  /** The table will not be up to date any more. Called once. */
  readonly onFailure?: (error: DynamicDeepError) => void;
}

export interface PolicyRefusal extends Omit<Refusal, 'reason'> {
  /** `undecodable`: no value of the topic's schema at all. */
  readonly reason: Refusal['reason'] | 'undecodable';
  readonly offset: number;
}

export interface PolicyTable {
  readonly log: PolicyLog;
  /** Resolves when everything is read that the topic holds now. Throws CONSUMER_FAILED. */
  readonly catchUp: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Resolves when everything is read that the topic held at the start. Throws CONSUMER_FAILED. */
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
