/** Outputs to all partitions of a topic, so to all brokers, while one after the other dies, or hangs. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { createEdgeProducer, runExactlyOnce, type ExactlyOnceProcessor } from '../../src/lib/kafka/index.js';
import { connect, createTopic, FAST, follow, unique, until } from '../integration/kafka-helpers.js';
import { hangNode, killNode, NODES, untilWhole } from './nodes.js';

const PARTITIONS = 12;
/** Longer than the cluster waits for a broker (9 s) and than a request (15 s). */
const HANG_MS = 25_000;

it.each([
  ['dies', [...NODES, ...NODES], killNode],
  ['hangs', NODES, (node: number) => hangNode(node, HANG_MS)],
] as const)(
  'a transaction whose records meet a broker that %s neither loses nor doubles one',
  { timeout: 600_000 },
  async (_, nodes, disturb) => {
    const connection = await connect();
    const input = await createTopic(connection, 'leaders-in', 1);
    const output = await createTopic(connection, 'leaders-out', PARTITIONS);
    const edge = await createEdgeProducer(connection);
    const groupId = unique('leaders');
    let processor: Promise<ExactlyOnceProcessor> | undefined;
    const start = (): Promise<ExactlyOnceProcessor> =>
      runExactlyOnce({
        connection,
        groupId,
        inputs: [input],
        limits: { ...FAST, chunkRecords: 2 },
        // A consumer whose coordinator hangs gives no sign of life, and its process ends: it is started anew, as a Deployment does it.
        onFailure: () => {
          processor = processor?.then((failed) => failed.stop()).then(start);
        },
        createTask: () => ({
          replay: () => undefined,
          process: ({ value }) =>
            Array.from({ length: PARTITIONS }, (_, partition) => ({ topic: output, key: null, value, partition })),
        }),
      });
    processor = start();
    let sent = 0;
    const done = new AbortController();
    const sending = (async () => {
      while (!done.signal.aborted) {
        const batch = { topic: input, key: 'gateway', values: [Buffer.from(String(sent))], partition: 0 };
        // What was not taken is sent again, as the gateway does it: the log may have it twice.
        await edge.send(batch).then(
          () => sent++,
          () => undefined,
        );
        await sleep(20);
      }
    })();
    for (const node of nodes) {
      await sleep(4_000);
      await disturb(node);
      await untilWhole(connection, [input, output]);
    }
    await sleep(4_000);
    done.abort();
    await sending;
    const reader = await follow(connection, [input, output]);
    const valuesOf = (topic: string, partition = 0): number[] =>
      reader.records.filter((one) => one.topic === topic && one.partition === partition).map(({ message }) => Number(message.value)); // prettier-ignore
    await until('all inputs', () => new Set(valuesOf(input)).size === sent);
    const inputs = valuesOf(input);
    const partitions = Array.from({ length: PARTITIONS }, (_, partition) => partition);
    const isThere = (partition: number): boolean => valuesOf(output, partition).length >= inputs.length;
    await until('all outputs', () => partitions.every(isThere), 120_000);
    await (await processor).stop();
    await reader.close();
    expect(sent).toBeGreaterThan(100);
    for (const partition of partitions) expect(valuesOf(output, partition), `partition ${partition}`).toEqual(inputs);
    await edge.close();
    await connection.close();
  },
);
