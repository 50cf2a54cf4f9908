import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inject } from 'vitest';
import type { KafkaConnection } from '../../src/lib/kafka/index.js';
import { until } from '../integration/kafka-helpers.js';

export const NODES = [1, 2, 3];
const pidFile = (node: number): string => join(inject('clusterFolder'), `${node}.pid`);

/** SIGKILL of one broker; resolves when it is gone. It comes back by itself. */
export async function killNode(node: number): Promise<void> {
  process.kill(Number(readFileSync(pidFile(node), 'utf8')), 'SIGKILL');
  await until(`broker ${node} is gone`, () => !existsSync(pidFile(node)));
}

/** Has one broker hang, its connections open, for so many wall milliseconds. */
export async function hangNode(node: number, ms: number): Promise<void> {
  const pid = Number(readFileSync(pidFile(node), 'utf8'));
  process.kill(pid, 'SIGSTOP');
  await sleep(ms);
  process.kill(pid, 'SIGCONT');
}

/** Resolves when every broker is there and holds a current copy of each partition of the topics. */
export async function untilWhole({ admin }: KafkaConnection, topics: readonly string[]): Promise<void> {
  await until(
    'the cluster is whole',
    async () => {
      const known = await admin.fetchTopicMetadata({ topics: [...topics] }).catch(() => undefined);
      const partitions = known?.topics.flatMap((topic) => topic.partitions) ?? [];
      return partitions.length > 0 && partitions.every(({ isr, leader }) => isr.length === NODES.length && leader > 0);
    },
    120_000,
  );
}
