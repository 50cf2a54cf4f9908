import type { Consumer } from 'kafkajs';

import { messageOf } from '../errors/index.js';
import { coPartitionAssigner } from './assigner.js';
import { METADATA_MAX_AGE_MS, RETRY, type KafkaConnection } from './client.js';
import type { Logger } from './logger.js';
import type { PartitionControl } from './partition-types.js';
import type { GroupLimits } from './processor.js';

interface GroupConsumerOptions {
  readonly connection: KafkaConnection;
  readonly groupId: string;
  readonly limits: GroupLimits;
}

/** Returns a consumer, not yet connected: read committed, creates no topics. `held` returns this member's partition indices. */
export function groupConsumer(options: GroupConsumerOptions, held: () => readonly number[]): Consumer {
  const { connection, groupId, limits } = options;
  return connection.kafka.consumer({
    groupId,
    partitionAssigners: [coPartitionAssigner(held)],
    sessionTimeout: limits.sessionTimeoutMs,
    heartbeatInterval: limits.heartbeatMs,
    rebalanceTimeout: limits.rebalanceTimeoutMs,
    maxWaitTimeInMs: limits.fetchWaitMs,
    allowAutoTopicCreation: false,
    readUncommitted: false,
    metadataMaxAge: METADATA_MAX_AGE_MS,
    retry: RETRY,
  });
}

/** Returns the means by which partition `index` controls the consumer. */
export function consumerControl(
  consumer: Consumer,
  index: number,
  logger: Logger,
  fail: PartitionControl['fail'],
): PartitionControl {
  const place = (topic: string): { topic: string; partitions: number[] }[] => [{ topic, partitions: [index] }];
  // Between a crash and the restart kafkajs has no group and throws; the assignment that follows repeats these calls.
  const attempt = (run: () => void): void => {
    try {
      run();
    } catch (error) {
      logger.debug({ error: messageOf(error), index }, 'The consumer is between two groups');
    }
  };
  return {
    seek: (topic, offset) => {
      attempt(() => {
        consumer.seek({ topic, partition: index, offset: String(offset) });
      });
    },
    pause: (topic) => {
      attempt(() => {
        consumer.pause(place(topic));
      });
    },
    resume: (topic) => {
      attempt(() => {
        consumer.resume(place(topic));
      });
    },
    fail,
  };
}
