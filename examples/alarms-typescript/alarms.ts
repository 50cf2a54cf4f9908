/** Prints one line per event of ecg.alarms, from where the group left off. README.md says how to run it. */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import kafkajs from 'kafkajs';

import { eventDecoder, lineOf } from './event.js';
import { Recent } from './recent.js';

const { values } = parseArgs({
  options: {
    brokers: { type: 'string', default: process.env['KAFKA_BROKERS'] ?? '127.0.0.1:9092' },
    group: { type: 'string', default: 'alarms-typescript' },
    topic: { type: 'string', default: 'ecg.alarms' },
    schema: { type: 'string' },
    count: { type: 'string' },
  },
});
const wanted = values.count === undefined ? Infinity : Number(values.count);
if (!(wanted > 0)) {
  console.error(`--count is '${values.count}', not a number above 0`);
  process.exit(2);
}

const schema = values.schema ?? new URL('../../../schemas/ecg.alarms.avsc', import.meta.url);
const decode = eventDecoder(await readFile(schema, 'utf8'));
const seen = new Recent(10_000);
let printed = 0;

function complain(error: unknown, where = ''): void {
  console.error(`${where}${error instanceof Error ? error.message : String(error)}`);
}

const kafka = new kafkajs.Kafka({
  clientId: 'alarms-typescript',
  brokers: values.brokers.split(','),
  logLevel: kafkajs.logLevel.ERROR,
});
const consumer = kafka.consumer({
  groupId: values.group,
  allowAutoTopicCreation: false,
  // Hide events of aborted transactions: the next try writes them again.
  readUncommitted: false,
});

const ended = new Promise<void>((resolve, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      resolve();
    });
  }
  consumer.on('consumer.crash', ({ payload }) => {
    // After a transient error kafkajs restarts the consumer by itself.
    if (!payload.restart) reject(payload.error);
  });

  const run = async (): Promise<void> => {
    await consumer.connect();
    await consumer.subscribe({ topics: [values.topic], fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ topic, partition, message }) => {
        // Leave the rest of the batch uncommitted, for the next run.
        if (printed >= wanted) return;
        try {
          const event = decode(message.value);
          if (seen.add(`${event.id} ${event.state}`)) {
            console.log(lineOf(event));
            printed++;
          }
        } catch (error) {
          // The record would fail every time: report it and skip it.
          complain(error, `${topic} ${partition}/${message.offset}: `);
        }
        // Commit after acting on the event, never before: a crash in between then repeats the event instead of losing it.
        await consumer.commitOffsets([{ topic, partition, offset: String(BigInt(message.offset) + 1n) }]);
        if (printed >= wanted) resolve();
      },
    });
  };
  run().catch(reject);
});

try {
  await ended;
} catch (error) {
  complain(error);
  process.exitCode = 1;
} finally {
  await consumer.disconnect();
}
