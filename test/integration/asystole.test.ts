import { once } from 'node:events';
import { connect as connectSocket } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { readShippedPolicy, setPolicy } from '../../src/lib/policy/index.js';
import { SHIPPED_SAMPLES } from '../../src/lib/runtime/paths.js';
import { startLocalBroker, type LocalBroker } from '../../src/lib/runtime/local-broker.js';
import { freePorts } from '../../src/lib/runtime/ports.js';
import { seededRandom } from '../../src/lib/signal/random.js';
import { readAnnotations, readRecording } from '../../src/lib/signal/wfdb/index.js';
import { connect, unique, until } from './kafka-helpers.js';
import { drained, startService, untilReady } from './processes.js';
import { readTopics } from './raw-reader.js';

const RATE = 360;
/** 100 ms. */
const PACKET = 36;
/** The heart stops at most so late. */
const BEATING_SECONDS = 20;

/** Its own: what a killed service of another test left open would hold up everything that is read committed, until it times out. */
let broker: LocalBroker;
let connection: KafkaConnection;
beforeAll(async () => {
  broker = await startLocalBroker();
  connection = await connect({ brokers: [broker.brokers] });
  await ensureTopics(connection.admin, { partitions: 4 });
});
afterAll(async () => {
  await connection.close();
  await broker.stop();
});

/** A real heart until 300 ms behind its last beat within `BEATING_SECONDS`, then a line with noise of 1 LSB that does not end. */
async function stoppingHeart(): Promise<{ readonly lastBeat: number; sampleAt: (index: number) => number }> {
  const record = join(SHIPPED_SAMPLES, 'mitdb-100-normal');
  const { samples } = (await readRecording(record)).leads[0]!;
  const beats = (await readAnnotations(record, 'atr')).filter(({ symbol }) => symbol === 'N' || symbol === 'A');
  const lastBeat = beats.map(({ sample }) => sample).findLast((sample) => sample < BEATING_SECONDS * RATE)!;
  const stop = lastBeat + Math.round(0.3 * RATE);
  const random = seededRandom(1);
  return { lastBeat, sampleAt: (i) => samples[Math.min(i, stop)]! + (i > stop ? random.integer(3) - 1 : 0) };
}

it('a heart that stops raises asystole on ecg.alarms, through compression and within 30 s of its last beat', async () => {
  const gateway = unique('asystole');
  const device = `${gateway}-001`;
  const { policy } = await readShippedPolicy();
  await setPolicy(connection, { scope: `ward:${gateway}`, policy: { ...policy, auditShare: 0 }, author: 'test' });
  const [port = 0] = await freePorts(1);
  const env = { KAFKA_BROKERS: broker.brokers };
  const services = await Promise.all([
    startService('decoder-stream', [], env),
    startService('tasks-stream', [], env),
    startService('edge-producer', ['--listen', `127.0.0.1:${port}`, '--gateway', gateway, '--ward', gateway], env),
  ]);
  const edge = services[2];
  await Promise.all(services.map(untilReady));
  await until('devices can connect', () => edge.output().includes('listening for devices'));
  const { lastBeat, sampleAt } = await stoppingHeart();
  const socket = connectSocket(port, '127.0.0.1');
  await once(socket, 'connect');
  const say = (line: object): void => void socket.write(`${JSON.stringify(line)}\n`);
  say({ type: 'hello', bed: 1, lead: 1, name: 'MLII', gain: 200, baseline: 1024, rate: RATE, modulus: 65_536 });
  const began = Date.now();
  const timeOf = (index: number): number => began + (1000 * index) / RATE;
  const own = async () =>
    (await readTopics(['ecg.alarms'], [broker.brokers]))
      .map(({ value }) => value)
      .filter((each) => each['device'] === device);
  const asystole = (alarms: Awaited<ReturnType<typeof own>>) => alarms.find(({ kind }) => kind === 'asystole');
  const enough = new AbortController();
  const sending = (async () => {
    for (let sequence = 0; !enough.signal.aborted; sequence++) {
      const first = sequence * PACKET;
      await sleep(Math.max(0, timeOf(first + PACKET) - Date.now()));
      const samples = Array.from({ length: PACKET }, (_, i) => sampleAt(first + i));
      say({ type: 'packet', lead: 1, sequence, time: timeOf(first), samples });
    }
  })();
  try {
    await until('asystole stands on ecg.alarms', async () => asystole(await own()) !== undefined, 120_000);
  } finally {
    enough.abort();
    await sending;
    socket.end();
  }
  const alarms = await own();
  const alarm = asystole(alarms)!;
  expect(alarm).toMatchObject({
    priority: 'HIGH',
    category: 'PHYSIOLOGICAL',
    state: 'ACTIVE',
    reason: 'ONSET',
    historical: false,
  });
  const afterLastBeat = (Number(alarm['emittedAt']) - timeOf(lastBeat)) / 1000;
  expect(afterLastBeat).toBeGreaterThan(4);
  expect(afterLastBeat).toBeLessThan(30);
  // While it beat there was nothing to raise.
  const ofTheHeart = alarms.filter(({ category }) => category === 'PHYSIOLOGICAL');
  expect(ofTheHeart.map(({ kind }) => kind)).toEqual(['asystole']);
  const windows = (await readTopics(['ecg.signals'], [broker.brokers])).filter(({ key }) => key === device);
  expect(windows.some(({ value }) => value['rung'] !== 'lossless')).toBe(true);
  for (const service of services.reverse()) expect(await drained(service)).toBe(0);
}, 240_000);
