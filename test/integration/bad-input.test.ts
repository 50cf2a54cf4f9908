import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { cp, readFile, truncate, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BITSTREAM_VERSION, readLadder } from '../../src/lib/codec/ladder.js';
import { encodeLosslessPayload } from '../../src/lib/codec/payload.js';
import { createEdgeProducer, ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { readManifest } from '../../src/lib/model/manifest.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { freePorts } from '../../src/lib/runtime/ports.js';
import { FLAG } from '../../src/lib/signal/flags.js';
import { STEP } from '../../src/lib/signal/grid.js';
import { encode, type Segment } from '../../src/lib/wire/index.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { Channels, sealed } from '../lib/wire/sealed.js';
import { MODELS } from '../models.js';
import { brokers, connect, unique, until } from './kafka-helpers.js';
import { drained, start, startService, temporaryFolder, type Ended } from './processes.js';
import { readTopics } from './raw-reader.js';

/** No ECG, no window: what a gateway of this name sent must not be there. */
const GATEWAY = 'test-bad-input';
const RECORD = ['--records', join(SHIPPED_SAMPLES, 'A04040')];
const edge = (...args: string[]): string[] => ['edge-producer', '--http-port', '0', '--gateway', GATEWAY, '--seconds', '6', ...args]; // prettier-ignore

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
});
afterAll(async () => {
  // Nothing half-written: none of the failed starts declared a stream or sent a frame.
  const written = await readTopics(['ecg.segments', 'ecg.audits', 'ecg.streams']);
  expect(written.filter(({ key }) => key.startsWith(GATEWAY))).toEqual([]);
  await connection.close();
});

/** One clear error: its code and a help, on stderr, no stack, and no fatal line that says something else. */
function expectError({ code, stderr, stdout }: Ended, error: string, exit: number, text: string): void {
  expect({ stderr, code }).toMatchObject({ code: exit });
  const [first, ...rest] = stderr.trim().split('\n');
  expect(first).toMatch(new RegExp(`^error ${error}: `));
  expect(stderr).toContain(text);
  expect(rest.at(-1)).toMatch(/^help: /);
  expect(stderr).not.toMatch(/^\s+at /m);
  expect(stdout).not.toContain('"state":"running"');
}

describe('recordings', () => {
  it('that are absent are refused, by every command that reads them', async () => {
    const absent = join(await temporaryFolder(), 'nobody');
    expectError(await start(edge('--models', MODELS, '--records', absent)).ended, 'FILE_NOT_FOUND', 1, absent);
    const json = join(await temporaryFolder(), 'out.json');
    const demo = await start(['demo', '--models', MODELS, '--records', absent, '--seconds', '6', '--json', json]).ended;
    expect(demo.code).toBe(1);
    expect(demo.stderr).toContain('FILE_NOT_FOUND');
    await expect(readFile(json)).rejects.toThrow('ENOENT');
  });

  it('that end before their header says are refused, with what was expected and what there is', async () => {
    const folder = await temporaryFolder();
    for (const file of ['mitdb-100-normal.hea', 'mitdb-100-normal.dat']) {
      await cp(join(SHIPPED_SAMPLES, file), join(folder, file));
    }
    await truncate(join(folder, 'mitdb-100-normal.dat'), 3000);
    const ended = await start(edge('--models', MODELS, '--records', join(folder, 'mitdb-100-normal'))).ended;
    expectError(ended, 'RECORD_INVALID', 1, 'expected 324000 bytes (108000 frames), got 3000 (1000 whole frames)');
  });

  it('with a header that is none are refused', async () => {
    const folder = await temporaryFolder();
    await writeFile(join(folder, 'odd.hea'), 'this is no header\n');
    expectError(
      await start(edge('--models', MODELS, '--records', join(folder, 'odd'))).ended,
      'RECORD_INVALID',
      1,
      'odd',
    );
  });
});

describe('models', () => {
  /** A copy of the models with one file changed. */
  async function modelsWith(file: string, change: (bytes: Buffer) => Buffer): Promise<string> {
    const folder = await temporaryFolder();
    for (const name of ['codec', 'rhythm', 'peaks'])
      await cp(join(MODELS, name), join(folder, name), { recursive: true });
    const path = join(folder, file);
    await writeFile(path, change(await readFile(path)));
    return folder;
  }
  const flip = (bytes: Buffer): Buffer => {
    const changed = Buffer.from(bytes);
    changed[100]! ^= 1;
    return changed;
  };

  it.each([
    ['edge-producer', 'codec/encoder.bin', RECORD],
    ['decoder-stream', 'codec/decoder.bin', []],
    ['tasks-stream', 'rhythm/rhythm.bin', []],
  ])('with a wrong hash stop the %s (%s)', async (service, file, args) => {
    const models = await modelsWith(file, flip);
    const ended = await start([service, '--http-port', '0', '--models', models, ...args]).ended;
    expectError(ended, 'MODEL_INVALID', 1, 'SHA-256');
  });

  it('that are absent or broken are refused before anything is started', async () => {
    const broken = await modelsWith('codec/manifest.json', (bytes) => bytes.subarray(0, 200));
    const nowhere = join(await temporaryFolder(), 'models');
    for (const models of [broken, nowhere]) {
      const ended = await Promise.all([
        start(edge('--models', models, ...RECORD)).ended,
        start(['decoder-stream', '--http-port', '0', '--models', models]).ended,
        start(['demo', '--seconds', '6', '--models', models]).ended,
      ]);
      for (const each of ended) expectError(each, 'MODEL_INVALID', 1, join(models, 'codec', 'manifest.json'));
    }
  });
});

describe('the broker', () => {
  it('that is away at the start ends the demo and the command line with one error in bounded time', async () => {
    const [port = 0] = await freePorts(1);
    const away = { KAFKA_BROKERS: `127.0.0.1:${port}` };
    const begun = Date.now();
    const ended = await Promise.all([
      start(['demo', '--seconds', '6', '--models', MODELS], away).ended,
      start(['topics', 'create'], away).ended,
    ]);
    expect(Date.now() - begun).toBeLessThan(60_000);
    for (const each of ended) expectError(each, 'BROKER_UNREACHABLE', 1, `127.0.0.1:${port}`);
  });

  it('that is away at the start is waited for by every service: alive, not ready, and the log says for whom', async () => {
    const [port = 0] = await freePorts(1);
    const away = { KAFKA_BROKERS: `127.0.0.1:${port}` };
    const services = await Promise.all([
      startService('edge-producer', [...RECORD, '--gateway', GATEWAY, '--seconds', '6'], away),
      startService('decoder-stream', [], away),
      startService('tasks-stream', [], away),
      startService('dashboard', ['--insecure-open-access', '--page-port', '0'], away),
      startService('alarm-webhook', ['--webhook-url', 'http://127.0.0.1:9/'], away),
    ]);
    for (const service of services) {
      const said = `No Kafka broker answers at 127.0.0.1:${port}, waiting for one`;
      await until('it says so', () => service.output().includes(said), 60_000);
      const status = async (path: string) => (await fetch(service.url + path)).status;
      expect([await status('/healthz'), await status('/readyz')]).toEqual([200, 503]);
      expect(await drained(service)).toBe(0);
      expect(service.output()).not.toContain('"state":"running"');
    }
  });
});

describe('a port that is taken', () => {
  it('is named', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const args = ['--models', MODELS, '--http-port', String(port)];
    const ended = await Promise.all([
      start(['edge-producer', ...RECORD, '--gateway', GATEWAY, ...args]).ended,
      start(['decoder-stream', ...args]).ended,
      start(['tasks-stream', ...args]).ended,
    ]);
    server.close();
    for (const each of ended) expectError(each, 'PORT_TAKEN', 1, `127.0.0.1:${port}`);
  });
});

describe('a segment of an intact frame that cannot be decoded', () => {
  const stream = unique('bad-segment');
  const device = `${stream}-bed`;

  it('is dead-lettered, and shows at its bed in the same place of the stream, committed with its neighbours', async () => {
    const ladder = readLadder(await readManifest(join(MODELS, 'codec')));
    const rate = 300;
    const epoch = Date.now();
    const segment = (sequence: number, payload?: Buffer): Segment => {
      const start = sequence * STEP;
      const samples = Int16Array.from({ length: STEP }, (_, i) => sequence * 1000 + (i % 40));
      return {
        stream,
        epoch,
        sequence,
        start,
        length: STEP,
        rung: ladder.lossless.index,
        policyVersion: 0,
        ageMs: 5,
        flags: 0,
        predicted: null,
        payload: payload ?? Buffer.from(encodeLosslessPayload(start, rate, { firstIndex: start, samples })),
      };
    };
    const bad = segment(1, segment(1).payload.subarray(0, 12));
    const segments = [segment(0), bad, segment(2)];
    const channels = new Channels(randomInt(2 ** 48 - 1));
    const frame = sealed(segments, { channels, version: BITSTREAM_VERSION, model: ladder.id, sentAt: epoch });
    const producer = await createEdgeProducer(connection);
    const info = { ...SAMPLES['ecg.streams'], stream, device, rate, declaredAt: epoch };
    const declared = { ...info, channels: channels.declared(stream, epoch) };
    await producer.send({ topic: 'ecg.streams', key: stream, values: [encode('ecg.streams', declared)] });
    await producer.send({ topic: 'ecg.segments', key: device, values: [frame] });
    await producer.close();

    const decoder = await startService('decoder-stream', ['--group-id', unique('bad-segment')]);
    const mine = async () => (await readTopics(['ecg.signals'])).filter(({ key }) => key === device);
    await until('the windows', async () => (await mine()).length > 0);
    expect(await drained(decoder)).toBe(0);
    const windows = await mine();
    expect(windows.map(({ value }) => [value['sequence'], value['start'], value['length'], value['flags']])).toEqual([
      [0, 0, STEP, 0],
      [1, STEP, STEP, FLAG.DECODE_FAILED],
      [2, 2 * STEP, STEP, 0],
    ]);
    expect(windows.map(({ value }) => (value['samples'] as Buffer).length)).toEqual([2 * STEP, 0, 2 * STEP]);
    // One transaction: nothing lies between them.
    expect(new Set(windows.map(({ partition }) => partition)).size).toBe(1);
    expect(windows.map(({ offset }) => offset - (windows[0]?.offset ?? 0))).toEqual([0, 1, 2]);
    const letters = (await readTopics(['ecg.deadletter'])).filter(({ key }) => key === device);
    expect(letters.map(({ value }) => [value['reason'], value['value']])).toEqual([['PAYLOAD_CORRUPT', bad.payload]]);
  });
});

describe('the command line', () => {
  it('has all its mistakes said at once', async () => {
    const ended = await start(edge('--speed', 'fast', '--audit-seed', '-2', '--colour', 'red')).ended;
    expectError(ended, 'CONFIG_INVALID', 2, '--speed');
    for (const mistake of ['--audit-seed', '--colour']) expect(ended.stderr).toContain(mistake);
    expectError(await start(edge()).ended, 'CONFIG_INVALID', 2, '--records');
  });

  it('has mistakes of the environment said too', async () => {
    const wrong = { DYNAMIC_DEEP_RHYTHM_BOUND: '-1', DYNAMIC_DEEP_RYTHM_BOUND: '1', KAFKA_BROKERS: brokers.join() };
    const ended = await start(edge(...RECORD), wrong).ended;
    expectError(ended, 'CONFIG_INVALID', 2, 'DYNAMIC_DEEP_RHYTHM_BOUND');
    expect(ended.stderr).toContain('DYNAMIC_DEEP_RYTHM_BOUND');
  });

  it('has an unknown command refused', async () => {
    expectError(await start(['edge-consumer']).ended, 'CONFIG_INVALID', 2, 'edge-consumer');
  });
});
