import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { WebhookMessage } from '../../src/alarm-webhook/message.js';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { encode, type AlarmEvent } from '../../src/lib/wire/index.js';
import { Receiver, type Answer } from '../alarm-webhook/receiver.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { connect, produce, unique, until } from './kafka-helpers.js';
import { drained, startService, temporaryFolder, untilReady, type Service } from './processes.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
});
afterAll(() => connection.close());

let receiver: Receiver | undefined;
afterEach(async () => {
  await receiver?.close();
});

/** Change `n` of a bed, in an episode of its own. */
const change = (device: string, n: number): AlarmEvent => ({
  ...SAMPLES['ecg.alarms'],
  id: `${device}/${n}`,
  device,
  state: n % 2 === 0 ? 'ACTIVE' : 'ENDED',
  priority: n === 0 ? 'HIGH' : 'LOW',
  emittedAt: Date.now(),
  historical: n === 1,
});

async function publish(device: string, partition: number, from: number, to: number): Promise<void> {
  const numbers = Array.from({ length: to - from }, (_, i) => from + i);
  const values = numbers.map((n) => ({ key: device, partition, value: encode('ecg.alarms', change(device, n)) }));
  await produce(connection, 'ecg.alarms', values);
}

const idOf = (message: WebhookMessage): string => message.alerts[0]?.fingerprint ?? '';
const bedOf = (message: WebhookMessage): string => message.groupLabels['device'] ?? '';

/** Numbers of the bed's changes as they were accepted, repeats left out. */
function accepted(device: string): number[] {
  const ids = (receiver?.accepted ?? []).filter((message) => bedOf(message) === device).map(idOf);
  return [...new Set(ids)].map((id) => Number(id.split('/').at(-1)));
}
const upTo = (end: number): number[] => Array.from({ length: end }, (_, n) => n);

async function newReceiver(decide: (message: WebhookMessage) => Answer): Promise<void> {
  receiver = new Receiver(decide);
  await receiver.open();
}

function startSink(groupId: string, ...more: string[]): Promise<Service> {
  const times = ['--attempt-timeout-ms', '5000', '--retry-min-ms', '50', '--retry-max-ms', '400'];
  const args = ['--webhook-url', receiver?.url ?? '', '--group-id', groupId, ...times, ...more];
  return startService('alarm-webhook', args);
}

async function metric({ url }: Service, series: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`dynamic_deep_webhook_${series} `));
  return Number(line?.split(' ').at(-1));
}

it('delivers every change in order through refusals, a hang, an absence and restarts, and counts what happened', async () => {
  const bed = unique('bed');
  const other = unique('bed');
  const trouble: Answer[] = [{ status: 503 }, { status: 500 }, { status: null }];
  await newReceiver((message) => (bedOf(message) === bed ? (trouble.shift() ?? { status: 200 }) : { status: 202 }));
  const token = join(await temporaryFolder(), 'token');
  await writeFile(token, 'a-secret-token\n');
  const groupId = unique('webhook');

  await publish(bed, 0, 0, 3);
  const first = await startSink(groupId, '--webhook-token-file', token);
  await untilReady(first);
  await until('the first changes', () => accepted(bed).length === 3);
  expect(accepted(bed)).toEqual([0, 1, 2]);
  const own = receiver?.received.filter(({ message }) => bedOf(message) === bed) ?? [];
  expect(own.map(({ status }) => status)).toEqual([503, 500, null, 200, 200, 200]);
  expect(own.every(({ headers }) => headers.authorization === 'Bearer a-secret-token')).toBe(true);
  expect(own.at(-2)?.message.commonAnnotations).toMatchObject({ historical: 'true' });
  expect(await metric(first, 'posts_total{outcome="refused"}')).toBe(2);
  expect(await metric(first, 'posts_total{outcome="failed"}')).toBe(1);
  expect(await metric(first, 'retries_total')).toBe(3);
  expect(await metric(first, 'delivered_total{priority="high"}')).toBeGreaterThanOrEqual(1);
  expect(await metric(first, 'delivery_seconds_count{priority="high"}')).toBeGreaterThanOrEqual(1);

  // Away: what is published meanwhile waits on the topic; the service stays alive and ready, heartbeats go on.
  await receiver?.close();
  await publish(bed, 0, 3, 6);
  await publish(other, 1, 0, 4);
  const failed = await metric(first, 'posts_total{outcome="failed"}');
  await until('more attempts', async () => (await metric(first, 'posts_total{outcome="failed"}')) > failed + 6);
  expect((await fetch(`${first.url}/readyz`)).status).toBe(200);
  // Told to end while it retries, it ends in time and with nothing committed that was not delivered.
  expect(await drained(first)).toBe(0);
  const log = first.output() + first.errors();
  expect(log).not.toContain('a-secret-token');
  expect(log).not.toContain('in-the-url');

  const second = await startSink(groupId);
  await publish(bed, 0, 6, 8);
  await receiver?.open();
  await until('what had waited', () => accepted(bed).length === 8 && accepted(other).length === 4);
  expect([accepted(bed), accepted(other)]).toEqual([upTo(8), upTo(4)]);

  // Killed in the middle of a stream of changes: the successor goes on, in order, with repeats at most.
  await publish(bed, 0, 8, 60);
  await until('some of them', () => accepted(bed).length > 15);
  second.child.kill('SIGKILL');
  await second.ended;
  const third = await startSink(groupId);
  await until('all of them', () => accepted(bed).length === 60, 90_000);
  expect(accepted(bed)).toEqual(upTo(60));
  const times = (receiver?.accepted ?? []).filter((message) => bedOf(message) === bed).length;
  expect(times).toBeLessThanOrEqual(61);
  expect(await drained(third)).toBe(0);
}, 240_000);

it('does not let a bed that the receiver refuses hold up those of other partitions, and goes past it only if told to', async () => {
  const stuck = unique('bed');
  const free = unique('bed');
  await newReceiver((message) => ({ status: idOf(message) === `${stuck}/1` ? 422 : 200 }));
  await publish(stuck, 2, 0, 4);
  await publish(free, 3, 0, 1);
  const groupId = unique('webhook');
  const patient = await startSink(groupId);
  await until('refusals', () => (receiver?.received.filter(({ status }) => status === 422).length ?? 0) > 3);
  await publish(free, 3, 1, 5);
  await until('the other bed', () => accepted(free).length === 5);
  expect([accepted(stuck), accepted(free)]).toEqual([[0], upTo(5)]);
  expect(await metric(patient, 'given_up_total{priority="low"}')).toBe(0);
  expect(await drained(patient)).toBe(0);
  const loud = patient
    .output()
    .split('\n')
    .filter((line) => line.includes('"level":"error"'));
  expect(loud).toHaveLength(1);
  expect(loud[0]).toContain('"status":422');

  const impatient = await startSink(groupId, '--give-up-after', '2');
  await until('the changes behind it', () => accepted(stuck).length === 3);
  expect(accepted(stuck)).toEqual([0, 2, 3]);
  expect(await metric(impatient, 'given_up_total{priority="low"}')).toBe(1);
  expect(await drained(impatient)).toBe(0);
});
