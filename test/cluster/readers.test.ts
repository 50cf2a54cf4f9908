/** Tables and tails on a cluster of several leaders, which kafkajs asks one by one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CompactedTable, TopicTail, type InputRecord, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { encode, type StreamInfo } from '../../src/lib/wire/index.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { connect, createTopic, produce, unexpected, until } from '../integration/kafka-helpers.js';
import { killNode, NODES, untilWhole } from './nodes.js';

const PARTITIONS = 12;

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

const unexpectedRecord = (_: unknown, error: unknown): void => {
  unexpected(error as Error);
};
const info = (stream: string): StreamInfo => ({ ...SAMPLES['ecg.streams'], stream });

it('a table is complete once it is ready, whichever leader answers last', async () => {
  for (let round = 0; round < 5; round++) {
    const topic = await createTopic(connection, 'cluster-table', PARTITIONS, { 'cleanup.policy': 'compact' });
    const keys = Array.from({ length: 600 }, (_, i) => `ward-3-${i}.1`);
    const values = keys.map((key, i) => ({ key, value: encode('ecg.streams', info(key)), partition: i % PARTITIONS }));
    await produce(connection, topic, values);
    const table = await CompactedTable.open({
      connection,
      topic: 'ecg.streams',
      topicName: topic,
      onInvalid: unexpectedRecord,
    });
    await table.ready();
    expect(table.size, `round ${round}`).toBe(600);
    await table.close();
  }
});

it('a tail hands each record on once, in order, while one leader after the other dies', async () => {
  const topic = await createTopic(connection, 'cluster-tail', PARTITIONS);
  const seen: InputRecord[] = [];
  const tail = await TopicTail.open({
    connection,
    topics: [topic],
    from: 'beginning',
    onFailure: unexpected,
    onRecord: (record) => {
      seen.push(record);
    },
  });
  let sent = 0;
  const send = async (count: number): Promise<void> => {
    const messages = Array.from({ length: count }, () => ({ value: String(sent++), partition: sent % PARTITIONS }));
    // One partition after the other: kafkajs may lose what it sends to several leaders at once while one is away.
    for (let partition = 0; partition < PARTITIONS; partition++) {
      await produce(connection, topic, messages.filter((message) => message.partition === partition)); // prettier-ignore
    }
  };
  await send(120);
  for (const node of NODES) {
    await killNode(node);
    for (let k = 0; k < 10; k++) {
      await send(24);
      await sleep(200);
    }
    await until(
      `what came while ${node} was away`,
      () => new Set(seen.map(({ value }) => String(value))).size === sent,
    );
    await untilWhole(connection, [topic]);
  }
  await tail.catchUp();
  await tail.close();
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const offsets = seen.filter((record) => record.partition === partition).map(({ offset }) => offset);
    expect(offsets).toEqual(offsets.map((_, i) => i));
  }
});
