/** Outputs to all partitions of a topic, so to all brokers, while one after the other dies. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createEdgeProducer, runExactlyOnce } from '../../src/lib/kafka/index.js';
import { connect, createTopic, FAST, follow, unexpected, unique, until } from '../integration/kafka-helpers.js';
import { killNode, NODES, untilWhole } from './nodes.js';

const PARTITIONS = 12;

it(
  'a transaction whose records meet a change of leaders neither loses nor doubles one',
  { timeout: 400_000 },
  async () => {
    const connection = await connect();
    const input = await createTopic(connection, 'leaders-in', 1);
    const output = await createTopic(connection, 'leaders-out', PARTITIONS);
    const edge = await createEdgeProducer(connection);
    const retries: string[] = [];
    const processor = await runExactlyOnce({
      ...{ connection, groupId: unique('leaders'), inputs: [input], onFailure: unexpected },
      limits: { ...FAST, chunkRecords: 2 },
      hooks: { onRetry: ({ error }) => retries.push(String(error)) },
      createTask: () => ({
        replay: () => undefined,
        process: ({ value }) =>
          Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: output, key: null, value, partition })),
      }),
    });
    let sent = 0;
    const done = new AbortController();
    const sending = (async () => {
      while (!done.signal.aborted) {
        await edge.send({ topic: input, key: 'gateway', values: [Buffer.from(String(sent))], partition: 0 });
        sent++;
        await sleep(20);
      }
    })();
    for (const node of [...NODES, ...NODES]) {
      await sleep(4_000);
      await killNode(node);
      await untilWhole(connection, [input, output]);
    }
    done.abort();
    await sending;
    const reader = await follow(connection, [output]);
    const inputs = (): Set<string> => new Set(reader.records.map(({ message }) => String(message.value)));
    await until('all outputs', () => inputs().size === sent && reader.records.length >= PARTITIONS * sent, 60_000);
    await processor.stop();
    await reader.close();
    console.log(`${sent} records, ${retries.length} retries`, retries.join('\n'));
    for (let partition = 0; partition < PARTITIONS; partition++) {
      const own = reader.records.filter((record) => record.partition === partition);
      expect(own.map(({ message }) => Number(message.value)), `partition ${partition}`).toEqual(Array.from({ length: sent }, (_, i) => i)); // prettier-ignore
    }
    await edge.close();
    await connection.close();
  },
);
