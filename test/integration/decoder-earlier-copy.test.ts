import { afterAll, beforeAll, expect, it } from 'vitest';

import { isInLog } from '../../src/decoder-stream/earlier-copy.js';
import type { InputRecord, KafkaConnection } from '../../src/lib/kafka/index.js';
import { connect, createTopic, produce } from './kafka-helpers.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

it('finds a frame that stands in its partition before, and no other', async () => {
  const topic = await createTopic(connection, 'earlier-copy', 2);
  const since = Date.now();
  await produce(
    connection,
    topic,
    Array.from({ length: 600 }, (_, i) => ({ value: `frame ${Math.floor(i / 2)}`, partition: i % 2 })),
  );
  await produce(connection, topic, [{ value: 'frame 7', partition: 0 }]);
  const record = (offset: number, value: string): InputRecord => ({
    topic,
    partition: 0,
    offset,
    timestamp: Date.now(),
    key: null,
    value: Buffer.from(value),
  });
  expect(await isInLog(connection, record(300, 'frame 7'), since)).toBe(true);
  expect(await isInLog(connection, record(299, 'frame 299'), since)).toBe(false);
});
