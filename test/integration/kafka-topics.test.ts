import { afterAll, beforeAll, expect, it } from 'vitest';

import {
  checkTopics,
  DEFAULT_PARTITIONS,
  ensureTopics,
  TOPICS,
  type KafkaConnection,
} from '../../src/lib/kafka/index.js';
import { connect } from './kafka-helpers.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

it('creates what is absent, once, as the table says', async () => {
  await ensureTopics(connection.admin);
  expect(await ensureTopics(connection.admin)).toEqual([]);
  const counts = await checkTopics(
    connection.admin,
    TOPICS.map(({ name }) => name),
  );
  expect(counts.get('ecg.deadletter')).toBe(1);
  expect(counts.get('ecg.signals')).toBe(DEFAULT_PARTITIONS);
});
