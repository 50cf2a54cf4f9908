import { afterAll, beforeAll, expect, it } from 'vitest';

import {
  checkTopics,
  DEFAULT_PARTITIONS,
  ensureTopics,
  TOPICS,
  type KafkaConnection,
} from '../../src/lib/kafka/index.js';
import { startLocalBroker, type LocalBroker } from '../../src/lib/runtime/local-broker.js';
import { connect } from './kafka-helpers.js';

// On the ring's broker whoever came first has created them, the demo with fewer partitions.
let broker: LocalBroker;
let connection: KafkaConnection;
beforeAll(async () => {
  broker = await startLocalBroker();
  connection = await connect({ brokers: [broker.brokers] });
});
afterAll(async () => {
  await connection.close();
  await broker.stop();
});

it('creates what is absent, once, as the table says', async () => {
  expect((await ensureTopics(connection.admin)).sort()).toEqual(TOPICS.map(({ name }) => name).sort());
  expect(await ensureTopics(connection.admin)).toEqual([]);
  const counts = await checkTopics(
    connection.admin,
    TOPICS.map(({ name }) => name),
  );
  expect(counts.get('ecg.deadletter')).toBe(1);
  expect(counts.get('ecg.signals')).toBe(DEFAULT_PARTITIONS);
});
