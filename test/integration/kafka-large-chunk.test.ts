import { afterAll, beforeAll, expect, it } from 'vitest';

import { runExactlyOnce, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { connect, createTopic, FAST, follow, produce, unique, until } from './kafka-helpers.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

const INPUTS = 60;
const OUTPUTS_EACH = 17;
/** About that of a record of ecg.signals. */
const BYTES = 3_900;

it('writes a chunk whose outputs to one partition are larger than a batch may be, in order', async () => {
  const input = await createTopic(connection, 'large-in', 1);
  // As every topic of the system has it.
  const output = await createTopic(connection, 'large-out', 1, { 'max.message.bytes': '1048576' });
  await produce(
    connection,
    input,
    Array.from({ length: INPUTS }, (_, at) => ({ value: String(at), partition: 0 })),
  );
  const largest: number[] = [];
  let failure: Error | undefined;
  const reader = await follow(connection, [output]);
  const processor = await runExactlyOnce({
    connection,
    groupId: unique('large'),
    inputs: [input],
    limits: { ...FAST, chunkRecords: INPUTS },
    createTask: () => ({
      replay: () => undefined,
      process: (record) =>
        Array.from({ length: OUTPUTS_EACH }, (_, at) => {
          const value = Buffer.alloc(BYTES);
          value.writeUInt32BE(record.offset * OUTPUTS_EACH + at);
          return { topic: output, key: 'bed-7', value };
        }),
    }),
    onFailure: (error) => {
      failure = error;
    },
    hooks: { onCommit: ({ records }) => largest.push(records) },
  });
  const all = INPUTS * OUTPUTS_EACH;
  await until('all outputs, or a failure', () => failure !== undefined || reader.records.length >= all, 100_000);
  await processor.stop();
  await reader.close();
  expect(failure).toBeUndefined();
  expect(reader.records.map(({ message }) => message.value?.readUInt32BE())).toEqual(
    Array.from({ length: all }, (_, at) => at),
  );
  // One transaction, not many small ones.
  expect(Math.max(...largest) * OUTPUTS_EACH * BYTES).toBeGreaterThan(2_000_000);
});
