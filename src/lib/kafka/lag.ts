import type { KafkaConnection } from './client.js';

export interface LagOptions {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  readonly topics: readonly string[];
  /** Returns the indices of the partitions assigned to this member. */
  readonly assigned: () => readonly number[];
  /** Called with the offsets between the committed position and the end, summed over the assigned partitions of a topic. */
  readonly report: (topic: string, offsets: number) => void;
}

/** Wall milliseconds between two queries. */
const EVERY_MS = 5_000;

/** Reports the lag of the assigned partitions until the returned function is called. A query that fails is skipped. */
export function watchLag(options: LagOptions): () => void {
  const { connection, groupId, topics, assigned, report } = options;
  const look = async (): Promise<void> => {
    const mine = new Set(assigned());
    const committed = await connection.admin.fetchOffsets({ groupId, topics: [...topics] });
    for (const topic of topics) {
      const positions = committed.find((found) => found.topic === topic)?.partitions ?? [];
      let lag = 0;
      for (const { partition, low, high } of await connection.admin.fetchTopicOffsets(topic)) {
        if (!mine.has(partition)) continue;
        const offset = Number(positions.find((one) => one.partition === partition)?.offset ?? -1);
        lag += Math.max(0, Number(high) - (offset < 0 ? Number(low) : offset));
      }
      report(topic, lag);
    }
  };
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    look()
      .catch((error: unknown) => {
        connection.logger.debug({ error }, 'lag not known');
      })
      .finally(() => (busy = false));
  }, EVERY_MS);
  return () => {
    clearInterval(timer);
  };
}
