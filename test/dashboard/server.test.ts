/** Who is let in, counted and answered, by HTTP. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import WebSocket from 'ws';
import type { Gate, Session } from '../../src/dashboard/auth/gate.js';
import { Live } from '../../src/dashboard/live.js';
import { dashboardMetrics } from '../../src/dashboard/metrics.js';
import type { Policies } from '../../src/dashboard/policy/policies.js';
import type { CompressionReport, Role, SystemReport } from '../../src/dashboard/protocol.js';
import { startPageServer, type PageServer } from '../../src/dashboard/server.js';
import type { Strips } from '../../src/dashboard/strips.js';
import { Ward } from '../../src/dashboard/ward.js';
import { SAMPLES } from '../lib/wire/samples.js';

const { device, stream } = SAMPLES['ecg.streams'];
const WISH = { device, action: 'ACKNOWLEDGE', alarm: null, pauseMs: null };
const STRIP = `/api/beds/${device}/waveform?stream=${stream}&from=0&to=1000`;

/** Who a request says it is from: no login is needed here. */
const gate: Gate = {
  session: ({ headers }) => {
    const [id, role] = String(headers['x-person'] ?? '').split(':');
    const session: Session | undefined =
      id === undefined || role === undefined
        ? undefined
        : { viewer: { id, name: id, role: role as Role, openAccess: false }, until: Infinity };
    return Promise.resolve(session);
  },
  origin: undefined,
  hosts: undefined,
  routes: (app, onLogout) => {
    app.post('/logout', ({ session }, reply) => {
      if (session !== undefined) onLogout(session.viewer);
      return reply.code(204).send();
    });
  },
};

let root: string;
let live: Live;
let server: PageServer;
let strips: { isBusy: boolean; windows: Strips['windows']; results: Strips['results'] };
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'page-'));
  await writeFile(join(root, 'index.html'), '<!doctype html>');
  const metrics = dashboardMetrics('test');
  const ward = new Ward({ signalMs: 60_000, trendMs: 60_000 });
  ward.takeStream(SAMPLES['ecg.streams']);
  live = new Live({
    ward,
    metrics,
    version: 'test',
    instance: 'one',
    onView: () => undefined,
    compression: () => ({ type: 'compression' }) as CompressionReport,
    system: () => ({ type: 'system' }) as SystemReport,
  });
  strips = { isBusy: false, windows: () => Promise.resolve([]), results: () => Promise.resolve([]) };
  server = await startPageServer({
    gate,
    ward,
    live,
    strips,
    metrics,
    root,
    host: '127.0.0.1',
    port: 0,
    logger: pino({ level: 'silent' }),
    policies: {} as Policies,
    commands: { send: () => Promise.resolve('command'), close: () => Promise.resolve() },
  });
});
afterEach(async () => {
  live.close();
  await server.close();
  await rm(root, { recursive: true });
});

/** `person`: id:role. */
function ask(path: string, person?: string, body?: object, signal: AbortSignal | null = null): Promise<Response> {
  const headers = {
    origin: server.url,
    ...(person === undefined ? {} : { 'x-person': person }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  return fetch(`${server.url}${path}`, {
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    headers,
    signal,
  });
}

async function statuses(count: number, one: () => Promise<Response>): Promise<Set<number>> {
  const answers = await Promise.all(Array.from({ length: count }, one));
  return new Set(answers.map(({ status }) => status));
}

it('lets nobody without a session use up what a person may ask for, from one address', async () => {
  expect(await statuses(130, () => ask('/api/alarm-commands', undefined, WISH))).toEqual(new Set([401, 429]));
  expect((await ask('/api/alarm-commands', 'nurse:clinician', WISH)).status).toBe(202);
  expect(await statuses(130, () => ask('/api/alarm-commands', 'guest:viewer', WISH))).toEqual(new Set([403, 429]));
  expect(await statuses(119, () => ask('/api/alarm-commands', 'nurse:clinician', WISH))).toEqual(new Set([202]));
  expect((await ask('/api/alarm-commands', 'nurse:clinician', WISH)).status).toBe(429);
  expect((await ask('/api/alarm-commands', 'doctor:clinician', WISH)).status).toBe(202);
});

it('answers 503 where too many strips are being read', async () => {
  strips.isBusy = true;
  const answer = await ask(STRIP, 'guest:viewer');
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ error: expect.stringContaining('too many strips') as string });
  strips.isBusy = false;
  expect((await ask(STRIP, 'guest:viewer')).status).toBe(200);
});

it('stops a reading whose page is gone', async () => {
  let stop: AbortSignal | undefined;
  strips.windows = (_bed, _stretch, _topic, signal) => {
    stop = signal;
    return new Promise((_resolve, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
  };
  const page = new AbortController();
  const asked = ask(STRIP, 'guest:viewer', undefined, page.signal);
  await expect.poll(() => stop).toBeDefined();
  expect(stop?.aborted).toBe(false);
  page.abort();
  await expect(asked).rejects.toThrow();
  await expect.poll(() => stop?.aborted).toBe(true);
});

it('ends the live connections of who logs out', async () => {
  const { ticket } = (await (await ask('/api/ticket', 'nurse:clinician', {})).json()) as { ticket: string };
  const address = `${server.url.replace('http', 'ws')}/api/live?ticket=${ticket}`;
  const socket = new WebSocket(address, { origin: server.url });
  const closed = new Promise<number>((resolve) => socket.once('close', resolve));
  await expect.poll(() => live.connections).toBe(1);
  expect((await ask('/logout', 'nurse:clinician', {})).status).toBe(204);
  expect(await closed).toBe(1008);
});
