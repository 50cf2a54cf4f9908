/** Reads ecg.policy to its end, for commands that do not write. */
import { checkTopics, connectKafka, type KafkaConnection } from '../lib/kafka/index.js';
import { openPolicyTable, type PolicyLog, type PolicyRefusal } from '../lib/policy/index.js';
import type { CommandContext } from '../lib/runtime/command.js';

/** Calls `look` with the policies; reports invalid records of the topic on stderr. */
export async function withPolicies<T>(
  brokers: readonly string[],
  { stderr }: CommandContext,
  look: (log: PolicyLog, connection: KafkaConnection) => Promise<T> | T,
): Promise<T> {
  const connection = await connectKafka({ brokers, clientId: 'dynamic-deep-policy' });
  try {
    await checkTopics(connection.admin, ['ecg.policy', 'ecg.streams']);
    const refused: PolicyRefusal[] = [];
    const table = await openPolicyTable({ connection, onRefused: (refusal) => refused.push(refusal) });
    try {
      for (const { offset, reason, mistakes } of refused) {
        if (reason !== 'late') stderr.write(`offset ${offset} of ecg.policy is no policy: ${mistakes.join('; ')}\n`);
      }
      return await look(table.log, connection);
    } finally {
      await table.close();
    }
  } finally {
    await connection.close();
  }
}
