/** Readers of topics that are held here, in the place of a broker's. */
import { vi } from 'vitest';
import { TopicTail, type InputRecord } from '../../src/lib/kafka/index.js';

export type FakeRecord = Pick<InputRecord, 'key' | 'value'>;

/**
 * Every tail that is opened from now on reads these, partition 0 of each. As with kafkajs, what `onRecord` throws on is
 * never read past. `isEndless`: nothing is delivered.
 */
export function fakeTails(topics: Readonly<Record<string, readonly FakeRecord[]>>, isEndless = false) {
  const counts = { opened: 0, closed: 0 };
  vi.spyOn(TopicTail, 'open').mockImplementation((options) => {
    counts.opened++;
    const records = options.topics.flatMap((topic) =>
      (topics[topic] ?? []).map((one, offset) => ({ topic, partition: 0, offset, timestamp: 0, ...one })),
    );
    const tail: Pick<TopicTail, 'catchUp' | 'close'> = {
      catchUp: async () => {
        if (isEndless) await new Promise(() => undefined);
        for (const record of records) options.onRecord(record);
      },
      close: () => {
        counts.closed++;
        return Promise.resolve();
      },
    };
    return Promise.resolve(tail as TopicTail);
  });
  return counts;
}
