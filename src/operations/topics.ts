import { checkTopics, connectKafka, ensureTopics, TOPICS } from '../lib/kafka/index.js';
import type { CommandContext } from '../lib/runtime/command.js';
import type { TopicsConfig } from './options.js';

/** Creates the missing topics, and reports them and topics with another number of partitions on stdout. */
export async function createTopics(config: TopicsConfig, { stdout }: CommandContext): Promise<void> {
  const connection = await connectKafka({ brokers: config.kafkaBrokers, clientId: 'dynamic-deep' });
  try {
    const created = await ensureTopics(connection.admin, {
      partitions: config.partitions,
      ...(config.replicationFactor === undefined ? {} : { replicationFactor: config.replicationFactor }),
    });
    stdout.write(created.length === 0 ? 'all topics exist\n' : `created ${created.join(', ')}\n`);
    const counts = await checkTopics(
      connection.admin,
      TOPICS.filter(({ partitions }) => partitions === 'shared').map(({ name }) => name),
    );
    const others = [...counts].filter(([, count]) => count !== config.partitions);
    if (others.length > 0) {
      const list = others.map(([name, count]) => `${name} ${count}`).join(', ');
      stdout.write(`not with ${config.partitions} partitions, and never changed in place: ${list}\n`);
    }
  } finally {
    await connection.close();
  }
}
