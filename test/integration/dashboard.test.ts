/** The dashboard as a service: topics in, a page's messages out, a command back on its topic. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { ServerMessage } from '../../src/dashboard/protocol.js';
import { ensureTopics, type KafkaConnection } from '../../src/lib/kafka/index.js';
import { decode, encode } from '../../src/lib/wire/index.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { connect, follow, produce, unique, until } from './kafka-helpers.js';
import { drained, startService, untilReady, type Service } from './processes.js';

let connection: KafkaConnection;
beforeAll(async () => {
  connection = await connect();
  await ensureTopics(connection.admin, { partitions: 4 });
});
afterAll(() => connection.close());

interface Page {
  readonly messages: ServerMessage[];
  readonly windows: Buffer[];
  readonly socket: WebSocket;
}

function addressOf(service: Service): string {
  const address = /"page":"([^"]+)"/.exec(service.output())?.[1];
  if (address === undefined) throw new Error('the dashboard names no page');
  return address;
}

async function openPage(url: string, resume = ''): Promise<Page> {
  const answer = await fetch(`${url}/api/ticket`, { method: 'POST', headers: { origin: url } });
  const { ticket } = (await answer.json()) as { ticket: string };
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/live?ticket=${ticket}${resume}`, { origin: url });
  const page: Page = { messages: [], windows: [], socket };
  socket.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) page.windows.push(data);
    else page.messages.push(JSON.parse(data.toString()) as ServerMessage);
  });
  await until('the page is greeted', () => page.messages.length > 0);
  return page;
}

const told = ({ messages }: Page, text: string): boolean => JSON.stringify(messages).includes(text);

it('tells pages of beds and alarms, resumes, takes commands, and drains', async () => {
  const device = unique('bed');
  const stream = `${device}.1`;
  const now = Date.now();
  const info = { ...SAMPLES['ecg.streams'], stream, device, declaredAt: now };
  const signal = { ...SAMPLES['ecg.signals'], stream, device, epoch: now - 60_000, closedAt: now };
  const alarm = { ...SAMPLES['ecg.alarms'], id: `${device}/1`, device, acknowledgedBy: null, emittedAt: now };
  await produce(connection, 'ecg.streams', [{ key: stream, value: encode('ecg.streams', info) }]);
  await produce(connection, 'ecg.signals', [{ key: device, value: encode('ecg.signals', signal) }]);
  const service = await startService('dashboard', ['--insecure-open-access', '--page-port', '0']);
  await untilReady(service);
  const url = addressOf(service);
  expect(service.output()).toContain('OPEN ACCESS');

  const page = await openPage(url);
  await until('the bed', () => told(page, stream));
  page.socket.send(JSON.stringify({ type: 'watch', beds: [device], whole: null, reports: [] }));
  await until('its waveform', () => page.windows.length === 1);
  await produce(connection, 'ecg.alarms', [{ key: device, value: encode('ecg.alarms', alarm) }]);
  await until('the alarm', () => told(page, `${device}/1`));
  // What cannot be read is counted and passed over.
  await produce(connection, 'ecg.alarms', [{ key: device, value: Buffer.from('nonsense') }]);

  const commands = await follow(connection, ['ecg.alarm-commands']);
  const post = (body: object): Promise<Response> =>
    fetch(`${url}/api/alarm-commands`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify(body),
    });
  const wish = { device, action: 'ACKNOWLEDGE', alarm: `${device}/1`, pauseMs: null };
  expect((await post(wish)).status).toBe(202);
  expect((await post({ ...wish, alarm: 'another' })).status).toBe(409);
  expect((await post({ ...wish, device: 'nobody' })).status).toBe(404);
  expect((await post({ ...wish, more: 1 })).status).toBe(400);
  const own = () =>
    commands.records
      .map(({ message }) => decode('ecg.alarm-commands', message.value))
      .filter((one) => one.device === device);
  await until('the command', () => own().length > 0);
  expect(own()).toMatchObject([{ action: 'ACKNOWLEDGE', alarm: `${device}/1`, author: 'open-access' }]);
  await commands.close();

  // Behind the last change: nothing of the bed is told again.
  const hello = page.messages[0];
  const last = page.messages.findLast((message) => message.type === 'update');
  if (hello?.type !== 'hello' || last?.type !== 'update') throw new Error('no greeting');
  page.socket.terminate();
  const again = await openPage(url, `&instance=${hello.instance}&after=${last.sequence}`);
  expect(again.messages[0]).toMatchObject({ type: 'hello', resumed: true });
  expect(told(again, stream)).toBe(false);
  const foreign = await openPage(url, `&instance=another&after=${last.sequence}`);
  expect(foreign.messages[0]).toMatchObject({ type: 'hello', resumed: false });
  await until('everything anew', () => told(foreign, `${device}/1`));

  // Scrolled back: the window comes out of the topic, and as a WFDB record.
  const { epoch, start } = signal;
  const from = epoch + start / 0.3;
  const query = `stream=${stream}&from=${Math.floor(from)}&to=${Math.ceil(from + 6000)}`;
  const waveform = Buffer.from(await (await fetch(`${url}/api/beds/${device}/waveform?${query}`)).arrayBuffer());
  expect(waveform.readUInt32LE(0)).toBe(waveform.length - 4);
  const header = await (await fetch(`${url}/api/beds/${device}/wfdb/strip.hea?${query}`)).text();
  expect(header).toMatch(/^strip 1 360 /);
  const nothing = await fetch(`${url}/api/beds/${device}/wfdb/strip.hea?stream=${stream}&from=1&to=2`);
  expect(nothing.status).toBe(404);

  const metrics = await (await fetch(`${service.url}/metrics`)).text();
  expect(metrics).toMatch(/dynamic_deep_dashboard_unreadable_total [1-9]/);
  expect(metrics).toContain('dynamic_deep_dashboard_commands_total{kind="acknowledge",outcome="written"} 1');
  expect(metrics).toMatch(/dynamic_deep_dashboard_alarm_seconds_count [1-9]/);
  expect(await drained(service)).toBe(0);
});
