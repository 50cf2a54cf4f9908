import { afterEach, describe, expect, it, vi } from 'vitest';
import { isInLog } from '../../src/decoder-stream/earlier-copy.js';
import { DynamicDeepError } from '../../src/lib/errors/index.js';
import { TopicTail, type InputRecord, type KafkaConnection } from '../../src/lib/kafka/index.js';

type TailOptions = Parameters<typeof TopicTail.open>[0];

const record = (offset: number, value: string): InputRecord => ({
  topic: 'ecg.segments',
  partition: 3,
  offset,
  timestamp: 0,
  key: Buffer.from('ward-3'),
  value: Buffer.from(value),
});

/** A log that a tail reads; `catchUp` is what its end answers. */
function logOf(records: readonly InputRecord[], catchUp: () => Promise<void> = () => Promise.resolve()) {
  const opened: TailOptions[] = [];
  let closed = 0;
  vi.spyOn(TopicTail, 'open').mockImplementation((options) => {
    opened.push(options);
    const read = async (): Promise<void> => {
      await Promise.resolve();
      records.forEach(options.onRecord);
      await catchUp();
    };
    const close = (): Promise<void> => {
      closed++;
      return Promise.resolve();
    };
    return Promise.resolve({ catchUp: read, close } as unknown as TopicTail);
  });
  return { opened, closed: () => closed };
}

const connection = {} as KafkaConnection;

describe('the search for a frame', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  it('finds the same bytes before it, in its own partition, from the time on that it is given', async () => {
    const { opened, closed } = logOf([record(4, 'other'), record(5, 'frame'), record(6, 'next')]);
    expect(await isInLog(connection, record(7, 'frame'), 1234)).toBe(true);
    expect(opened).toMatchObject([{ topics: ['ecg.segments'], partitions: [3], from: 1234 }]);
    expect(closed()).toBe(1);
  });

  it('takes neither the frame itself nor what follows for a copy', async () => {
    const { closed } = logOf([record(6, 'frames'), record(7, 'frame'), record(8, 'frame')]);
    expect(await isInLog(connection, record(7, 'frame'), 0)).toBe(false);
    expect(closed()).toBe(1);
  });

  it('ends where the log cannot be read, with an error that puts the frame aside after some tries', async () => {
    const { closed } = logOf([], () => Promise.reject(new DynamicDeepError('CONSUMER_FAILED', 'not within 30000 ms')));
    const search = isInLog(connection, record(7, 'frame'), 0);
    await expect(search).rejects.toThrow(/looked for: not within/);
    await expect(search).rejects.not.toBeInstanceOf(DynamicDeepError);
    expect(closed()).toBe(1);
  });
});
