import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, it } from 'vitest';

import type { KafkaConnection } from '../../src/lib/kafka/index.js';
import { brokers, connect, createTopic, follow, produce, unique, until } from './kafka-helpers.js';

const PARTITIONS = 3;
const PER_PARTITION = 1500;
const script = fileURLToPath(new URL('fixtures/window-sum.mjs', import.meta.url));

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
});
afterAll(() => connection.close());

/** Resolves with the child once it has committed `commits` chunks. */
function startChild(args: string[], commits: number, log: string[]): Promise<ChildProcess> {
  const child = spawn(process.execPath, [script, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, KAFKA_BROKERS: brokers.join(',') },
  });
  return new Promise((resolve, reject) => {
    let seen = 0;
    child.stdout.on('data', (text: Buffer) => {
      log.push(text.toString());
      seen += text.toString().split('"commit"').length - 1;
      if (seen >= commits) resolve(child);
    });
    child.stderr.on('data', (text: Buffer) => log.push(text.toString()));
    child.on('exit', (code) => {
      reject(new Error(`The child ended with ${String(code)}:\n${log.join('').slice(-2000)}`));
    });
  });
}

it('loses and doubles nothing, and keeps its state, over three SIGKILLs', async () => {
  const input = await createTopic(connection, 'eos-in', PARTITIONS);
  const output = await createTopic(connection, 'eos-out', PARTITIONS);
  const values = Array.from({ length: PARTITIONS * PER_PARTITION }, (_, index) => ({
    value: String((index * 7919) % 1000),
    partition: index % PARTITIONS,
  }));
  await produce(connection, input, values);
  const args = [unique('eos'), input, output];
  const log: string[] = [];
  for (let kill = 0; kill < 3; kill++) {
    const child = await startChild(args, 12, log);
    await sleep(Math.random() * 60);
    child.kill('SIGKILL');
  }
  const last = await startChild(args, 1, log);
  const reader = await follow(connection, [output]);
  await until('all outputs', () => reader.records.length >= values.length, 100_000);
  await sleep(1000);
  last.kill('SIGKILL');
  await reader.close();

  for (let partition = 0; partition < PARTITIONS; partition++) {
    const inputs = values.filter((value) => value.partition === partition).map(({ value }) => Number(value));
    const expected = inputs.map((_, offset) => {
      const sum = inputs.slice(Math.max(0, offset - 9), offset + 1).reduce((total, value) => total + value, 0);
      return `${offset}:${sum}`;
    });
    const found = reader.records.filter((record) => record.partition === partition);
    expect(found.map(({ message }) => message.value?.toString())).toEqual(expected);
  }
}, 300_000);
