import { createMetrics, createRegistry, METRICS_OF } from '../lib/metrics/index.js';
import type { AlarmEvent } from '../lib/wire/index.js';
import type { PostResult } from './post.js';

export type WebhookMetrics = ReturnType<typeof webhookMetrics>;

export function webhookMetrics(version: string) {
  const registry = createRegistry();
  const metrics = createMetrics(registry, METRICS_OF.webhook, { rungs: [], version });
  const labels = ({ priority }: AlarmEvent) => ({ priority: priority.toLowerCase() as Lowercase<typeof priority> });
  return {
    registry,
    countPost: (outcome: PostResult['outcome']): void => {
      metrics.webhookPosts.inc({ outcome });
    },
    countRetry: (): void => {
      metrics.webhookRetries.inc();
    },
    /** `now` is wall milliseconds UTC. */
    countDelivered: (alarm: AlarmEvent, now: number): void => {
      metrics.webhookDelivered.inc(labels(alarm));
      // Two machines' clocks may differ; the delay must not become negative.
      metrics.webhookDeliverySeconds.observe(labels(alarm), Math.max(0, now - alarm.emittedAt) / 1000);
    },
    countGivenUp: (alarm: AlarmEvent): void => {
      metrics.webhookGivenUp.inc(labels(alarm));
    },
    countUnreadable: (): void => {
      metrics.webhookUnreadable.inc();
    },
    countLost: (_topic: string, offsets: number): void => {
      metrics.webhookLost.inc(offsets);
    },
    countRebalance: (partitions: number): void => {
      metrics.rebalances.inc();
      metrics.assignedPartitions.set(partitions);
    },
    setLag: (_topic: string, offsets: number): void => {
      const labels = { topic: 'alarms' } as const;
      metrics.consumerLag.set(labels, offsets);
      metrics.consumerLagAt.set(labels, Date.now() / 1000);
    },
  };
}
