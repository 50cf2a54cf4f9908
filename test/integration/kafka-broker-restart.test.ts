import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

import { expect, it } from 'vitest';

import { createEdgeProducer, runExactlyOnce } from '../../src/lib/kafka/index.js';
import { brokers, connect, createTopic, FAST, follow, produce, unexpected, unique, until } from './kafka-helpers.js';

/** Sockets that can be cut, and refused while the "broker" is away. */
class Line {
  private readonly sockets = new Set<net.Socket>();
  private up = true;

  readonly factory = ({ host, port, onConnect }: { host: string; port: number; onConnect: () => void }): net.Socket => {
    // Port 1 of the loopback: nobody listens there.
    const socket = net.connect(this.up ? { host, port } : { host: '127.0.0.1', port: 1 }, onConnect);
    this.sockets.add(socket);
    socket.on('close', () => this.sockets.delete(socket));
    return socket;
  };

  cut(): void {
    this.up = false;
    // As a reset by the peer: a plain destroy() tells kafkajs nothing.
    for (const socket of this.sockets) socket.destroy(Object.assign(new Error('cut'), { code: 'ECONNRESET' }));
  }

  mend(): void {
    this.up = true;
  }
}

it('goes on after the broker was away, exactly once, and so does the edge', async () => {
  const line = new Line();
  const [steady, shaky] = [await connect(), await connect({ socketFactory: line.factory })];
  const input = await createTopic(steady, 'away-in', 1);
  const output = await createTopic(steady, 'away-out', 1);
  const reader = await follow(steady, [output]);
  const edge = await createEdgeProducer(shaky);
  const processor = await runExactlyOnce({
    connection: shaky,
    groupId: unique('away'),
    inputs: [input],
    onFailure: unexpected,
    limits: { ...FAST, chunkRecords: 5 },
    createTask: () => ({
      replay: () => undefined,
      process: async (record) => {
        await sleep(5);
        return [{ topic: output, key: null, value: record.value }];
      },
    }),
  });
  const value = (at: number): Buffer => Buffer.from(String(at));
  const sent: Promise<unknown>[] = [];
  for (let at = 0; at < 200; at++) {
    sent.push(edge.send({ topic: input, key: 'gateway', values: [value(at)] }));
    await sleep(10);
    if (at === 80) line.cut();
    if (at === 120)
      setTimeout(() => {
        line.mend();
      }, 2000);
  }
  await Promise.all(sent);
  await until('all outputs', () => reader.records.length >= 200, 90_000);
  await sleep(500);
  await processor.stop();
  await edge.close();
  await reader.close();
  await Promise.all([steady.close(), shaky.close()]);
  expect(reader.records.map(({ message }) => String(message.value))).toEqual(
    Array.from({ length: 200 }, (_, at) => String(at)),
  );
});

it('says within its limit that no broker answers', async () => {
  const started = Date.now();
  await expect(connect({ brokers: ['127.0.0.1:1'], connectTimeoutMs: 1500 })).rejects.toMatchObject({
    code: 'BROKER_UNREACHABLE',
    message: expect.stringContaining('127.0.0.1:1') as string,
  });
  expect(Date.now() - started).toBeLessThan(30_000);
});

it('finds a broker though the first of the list is away', async () => {
  const connection = await connect({ brokers: ['127.0.0.1:1', ...brokers], connectTimeoutMs: 30_000 });
  expect((await connection.admin.describeCluster()).brokers.length).toBeGreaterThan(0);
  await connection.close();
});

it('keeps the order behind a failed batch: what is queued fails with it', async () => {
  const line = new Line();
  const shaky = await connect({ socketFactory: line.factory });
  const steady = await connect();
  const topic = await createTopic(steady, 'edge', 1, { 'max.message.bytes': '1000' });
  const edge = await createEdgeProducer(shaky);
  const send = (bytes: number): Promise<unknown> => edge.send({ topic, key: 'g', values: [Buffer.alloc(bytes)] });
  const results = await Promise.allSettled([send(10), send(2000), send(20)]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  await send(30);
  expect(edge.pending).toBe(0);
  const reader = await follow(steady, [topic]);
  await until('two', () => reader.records.length === 2);
  expect(reader.records.map(({ message }) => message.value?.length)).toEqual([10, 30]);
  await produce(steady, topic, []);
  await Promise.all([edge.close(), reader.close(), shaky.close(), steady.close()]);
});
