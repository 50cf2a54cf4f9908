import { afterAll, beforeAll, expect, it } from 'vitest';

import { soloAssigner } from '../../src/lib/kafka/assigner.js';
import { TopicTail } from '../../src/lib/kafka/tail.js';
import type { InputRecord, KafkaConnection } from '../../src/lib/kafka/index.js';
import { connect, createTopic, produce, until } from './kafka-helpers.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

const records = (from: number, count: number): { value: string; partition: number }[] =>
  Array.from({ length: count }, (_, i) => ({ value: String(from + i), partition: (from + i) % 3 }));

/** The group in which a tail reads this topic. */
async function groupOf(topic: string): Promise<string> {
  const { groups } = await connection.admin.listGroups();
  const ids = groups.map(({ groupId }) => groupId).filter((id) => id.startsWith('tail-'));
  const described = await connection.admin.describeGroups(ids);
  const own = described.groups.find(({ members }) => members.some((one) => one.memberAssignment.includes(topic)));
  return own!.groupId;
}

it('hands each record on once, also where its group is joined anew', async () => {
  const topic = await createTopic(connection, 'tail', 3);
  await produce(connection, topic, records(0, 300));
  const seen: InputRecord[] = [];
  const onRecord = (record: InputRecord): void => {
    seen.push(record);
  };
  const tail = await TopicTail.open({ connection, topics: [topic], from: 'beginning', onRecord });
  await tail.catchUp();
  expect(seen).toHaveLength(300);

  // Another member makes everybody join again, as a leader's change or a session that is over does.
  const other = connection.kafka.consumer({ groupId: await groupOf(topic), partitionAssigners: [soloAssigner()] });
  const joined = new Promise((resolve) => other.on(other.events.GROUP_JOIN, resolve));
  await other.connect();
  await other.subscribe({ topics: [topic] });
  await other.run({ autoCommit: false, eachMessage: () => Promise.resolve() });
  await joined;
  await produce(connection, topic, records(300, 60));
  await until('what came after it', () => seen.length >= 360);
  await tail.catchUp();
  await other.disconnect();
  await produce(connection, topic, records(360, 30));
  await until('what came after the other had left', () => seen.length >= 390);
  await tail.close();

  const values = seen.map(({ value }) => Number(value));
  expect([...values].sort((a, b) => a - b)).toEqual(Array.from({ length: 390 }, (_, i) => i));
  for (const partition of [0, 1, 2]) {
    const offsets = seen.filter((record) => record.partition === partition).map(({ offset }) => offset);
    expect(offsets).toEqual([...offsets].sort((a, b) => a - b));
  }
});

it('goes by the start that it was given', async () => {
  const topic = await createTopic(connection, 'tail-end', 1);
  await produce(connection, topic, [{ value: 'old' }]);
  const seen: string[] = [];
  const onRecord = ({ value }: InputRecord): void => {
    seen.push(String(value));
  };
  const tail = await TopicTail.open({ connection, topics: [topic], from: 'end', onRecord });
  await produce(connection, topic, [{ value: 'new' }]);
  await until('the record that came', () => seen.length === 1);
  expect(seen).toEqual(['new']);
  await tail.close();
});
