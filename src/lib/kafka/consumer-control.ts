import type { Consumer } from 'kafkajs';

import { messageOf } from '../errors/index.js';
import type { Logger } from './logger.js';
import type { PartitionControl } from './partition-types.js';

/** The consumer as partition `index` steers it. */
export function consumerControl(
  consumer: Consumer,
  index: number,
  logger: Logger,
  fail: PartitionControl['fail'],
): PartitionControl {
  const place = (topic: string): { topic: string; partitions: number[] }[] => [{ topic, partitions: [index] }];
  // Between a crash and the restart kafkajs has no group and throws; the assignment that follows says it all again.
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
