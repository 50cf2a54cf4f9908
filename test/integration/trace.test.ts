import { randomInt } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';

import { afterAll, beforeAll, expect, it } from 'vitest';

import { createEdgeProducer, ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import type { CommandContext } from '../../src/lib/runtime/command.js';
import { encode } from '../../src/lib/wire/index.js';
import { traceWindow } from '../../src/operations/trace.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { Channels, sealed } from '../lib/wire/sealed.js';
import { brokers, connect, unique } from './kafka-helpers.js';

/** Device time far ahead of the wall, as a fast replay's may be: the declaration leads to no record. */
const EPOCH = Date.UTC(2100, 0, 1);
const device = unique('bed');
const stream = `${device}.1`;
const window = { stream, epoch: EPOCH, sequence: 1, start: 1792, length: 1792 };

let connection: KafkaConnection;
let folder: string;
beforeAll(async () => {
  connection = await connect();
  folder = await mkdtemp(join(tmpdir(), 'trace-'));
  await ensureTopics(connection.admin);
  const channels = new Channels(randomInt(2 ** 48 - 1));
  const info = { ...SAMPLES['ecg.streams'], stream, device, declaredAt: Date.now() + 300_000 };
  const declared = { ...info, channels: channels.declared(stream, EPOCH) };
  const segment = {
    ...window,
    rung: 6,
    policyVersion: 2,
    ageMs: 480,
    flags: 1,
    predicted: [0.25, 0.5],
    payload: Buffer.from([1, 2, 3, 250]),
  };
  const frame = sealed([segment], { channels, sentAt: Date.now() });
  const producer = await createEdgeProducer(connection);
  await producer.send({ topic: 'ecg.streams', key: stream, values: [encode('ecg.streams', declared)] });
  await producer.send({ topic: 'ecg.segments', key: unique('ward'), values: [frame] });
  const signal = { ...SAMPLES['ecg.signals'], ...window, device };
  await producer.send({ topic: 'ecg.signals', key: device, values: [encode('ecg.signals', signal)] });
  await producer.close();
});
afterAll(async () => {
  await connection.close();
  await rm(folder, { recursive: true });
});

async function trace(at: number, options: { stream?: string; json?: string } = {}): Promise<string> {
  const stdout = new PassThrough();
  const context = { stdout, stderr: stdout } as unknown as CommandContext;
  const config = { json: undefined, stream, ...options };
  await traceWindow({ kafkaBrokers: brokers, at: new Date(at).toISOString(), ...config }, context);
  return String(stdout.read());
}

it('finds a window although the declared time misleads, and writes table and JSON', async () => {
  const json = join(folder, 'trace.json');
  const text = await trace(EPOCH + 7000, { json });
  expect(text).toMatch(/in ecg\.signals .* ecg\.signals \d+\/\d+ /);
  expect(text).toMatch(/classified +│ – /);
  expect(JSON.parse(await readFile(json, 'utf8'))).toMatchObject({
    stream,
    window: { epoch: EPOCH, sequence: 1 },
    rung: 'lossless',
  });
});

it('says what is wrong with the stream, the time and the file', async () => {
  await expect(trace(EPOCH, { stream: 'nobody' })).rejects.toMatchObject({ code: 'STREAM_UNKNOWN' });
  await expect(trace(EPOCH)).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('holds 2100-01-01T00:00:05.973Z to 2100-01-01T00:00:11.946Z') as string,
  });
  const json = join(folder, 'absent', 'trace.json');
  await expect(trace(EPOCH + 7000, { json })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
});
