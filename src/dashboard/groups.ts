/** Asks the broker which services are up and how far behind they are. */
import type { KafkaConnection } from '../lib/kafka/index.js';
import type { GroupView } from './system.js';

/** Consumer groups of the services, and the topics that each reads. */
const GROUPS = {
  'decoder-stream': ['ecg.segments', 'ecg.audits'],
  'tasks-stream': ['ecg.signals', 'ecg.originals', 'ecg.alarm-commands'],
  'alarm-webhook': ['ecg.alarms'],
} as const;

const EVERY_MS = 5_000;

/** Asks every few seconds until the returned function is called. A failed request reports nothing, so `groupsAt` stays. */
export function watchGroups({ admin, logger }: KafkaConnection, report: (view: GroupView) => void): () => void {
  const look = async (): Promise<GroupView> => {
    const names = Object.keys(GROUPS);
    const { groups } = await admin.describeGroups(names);
    const services = names.map((name) => {
      const group = groups.find(({ groupId }) => groupId === name);
      return { name, members: group?.members.length ?? 0, state: group?.state ?? 'Unknown' };
    });
    const lag: { group: string; topic: string; partition: number; lag: number }[] = [];
    for (const [group, topics] of Object.entries(GROUPS)) {
      const committed = await admin.fetchOffsets({ groupId: group, topics: [...topics] });
      for (const { topic, partitions } of committed) {
        const ends = await admin.fetchTopicOffsets(topic);
        for (const { partition, offset } of partitions) {
          // Without a committed offset the group has never read the partition.
          if (Number(offset) < 0) continue;
          const high = Number(ends.find((end) => end.partition === partition)?.high ?? offset);
          lag.push({ group, topic, partition, lag: Math.max(0, high - Number(offset)) });
        }
      }
    }
    return { services, lag, groupsAt: Date.now() };
  };
  let busy = false;
  const run = (): void => {
    if (busy) return;
    busy = true;
    look()
      .then(report)
      .catch((error: unknown) => {
        logger.debug({ error }, 'groups not known');
      })
      .finally(() => (busy = false));
  };
  run();
  const timer = setInterval(run, EVERY_MS);
  return () => {
    clearInterval(timer);
  };
}
