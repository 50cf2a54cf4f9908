import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Session } from '../../src/dashboard/auth/gate.js';
import { Live } from '../../src/dashboard/live.js';
import type { LiveSocket } from '../../src/dashboard/live-page.js';
import { dashboardMetrics } from '../../src/dashboard/metrics.js';
import type { CompressionReport, SystemReport, Viewer, Watch } from '../../src/dashboard/protocol.js';
import { Ward } from '../../src/dashboard/ward.js';
import { SAMPLES } from '../lib/wire/samples.js';

const { device } = SAMPLES['ecg.signals'];
const NURSE: Viewer = { id: 'nurse', name: 'Nurse', role: 'clinician', openAccess: false };

class FakeSocket extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bufferedAmount = 0;
  readonly sent: (Buffer | string)[] = [];
  readonly closes: [number, string][] = [];
  terminated = 0;

  send(data: Buffer | string): void {
    this.sent.push(data);
  }
  close(code: number, reason: string): void {
    this.readyState = 2;
    this.closes.push([code, reason]);
  }
  terminate(): void {
    this.readyState = 3;
    this.terminated++;
    this.emit('close');
  }
  ping(): void {
    if (this.readyState === this.OPEN) this.emit('pong');
  }
  /** As a page does. */
  watch(wish: Partial<Watch>): void {
    this.emit('message', Buffer.from(JSON.stringify({ type: 'watch', beds: [], whole: null, reports: [], ...wish })));
  }
}

let live: Live;
let viewed: string[];
let ward: Ward;
beforeEach(() => {
  vi.useFakeTimers();
  viewed = [];
  ward = new Ward({ signalMs: 60_000, trendMs: 60_000 });
  ward.takeStream(SAMPLES['ecg.streams']);
  ward.takeSignal(SAMPLES['ecg.signals'], 0);
  live = new Live({
    ward,
    metrics: dashboardMetrics('test'),
    version: 'test',
    instance: 'one',
    compression: () => ({ type: 'compression' }) as CompressionReport,
    system: () => ({ type: 'system' }) as SystemReport,
    onView: (_viewer, bed) => viewed.push(bed),
  });
});
afterEach(() => {
  live.close();
  vi.useRealTimers();
});

function attach(over: Partial<Session> = {}): FakeSocket {
  const socket = new FakeSocket();
  live.attach(socket as unknown as LiveSocket, { viewer: NURSE, until: Infinity, ...over }, undefined);
  return socket;
}

it('reads a few wishes a second of a page, the newest of each', async () => {
  const socket = attach();
  for (let n = 0; n < 100; n++) socket.watch({ whole: n % 2 === 0 ? device : 'another' });
  expect(viewed).toEqual([device]);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(viewed).toEqual([device, 'another']);
  socket.watch({ whole: device });
  expect(viewed).toEqual([device, 'another', device]);
});

it('ends the connection of a page that asks and takes nothing in', () => {
  const socket = attach();
  socket.bufferedAmount = 5 * 1024 * 1024;
  const before = socket.sent.length;
  socket.watch({ whole: device });
  expect(socket.terminated).toBe(1);
  expect(socket.sent).toHaveLength(before);
  expect(live.connections).toBe(0);
});

it('ends a connection soon after its session, and not before', async () => {
  const socket = attach({ until: Date.now() + 60_000 });
  const open = attach();
  await vi.advanceTimersByTimeAsync(59_000);
  expect(socket.closes).toEqual([]);
  await vi.advanceTimersByTimeAsync(16_000);
  expect(socket.closes).toEqual([[1008, 'the session is over']]);
  socket.watch({ whole: device });
  expect(viewed).toEqual([]);
  expect(open.closes).toEqual([]);
});

it('ends the connections of who logs out, and of nobody else', () => {
  const [one, two] = [attach(), attach()];
  const other = attach({ viewer: { ...NURSE, id: 'another' } });
  live.end(NURSE);
  expect([one, two].map(({ closes }) => closes)).toEqual([[[1008, 'logged out']], [[1008, 'logged out']]]);
  expect(other.closes).toEqual([]);
});

it('sends a tile the next lead where the first has stopped', async () => {
  const socket = attach();
  const window = SAMPLES['ecg.signals'];
  const sent = (): string[] =>
    socket.sent.flatMap((data) =>
      typeof data === 'string' ? [] : (/"stream":"([^"]+)"/.exec(data.toString('latin1'))?.[1] ?? []),
    );
  socket.watch({ beds: [device] });
  expect(sent()).toEqual([window.stream]);
  const other = `${window.stream}-2`;
  const closedAt = window.closedAt + 6_000;
  ward.takeSignal({ ...window, stream: other, closedAt }, 0);
  await vi.advanceTimersByTimeAsync(200);
  expect(sent()).toEqual([window.stream]);
  ward.takeSignal({ ...window, stream: other, sequence: window.sequence + 1, closedAt: closedAt + 15_000 }, 0);
  await vi.advanceTimersByTimeAsync(200);
  expect(sent()).toEqual([window.stream, other]);
});

it('lets a slow page be whose ping waits behind what it takes in, and ends one that takes nothing in', async () => {
  const socket = attach();
  const idle = attach();
  socket.ping = () => undefined;
  for (let left = 40; left > 0; left--) {
    socket.bufferedAmount = left * 100_000;
    await vi.advanceTimersByTimeAsync(10_000);
  }
  expect(socket.terminated).toBe(0);
  await vi.advanceTimersByTimeAsync(90_000);
  expect(socket.terminated).toBe(1);
  expect(idle.terminated).toBe(0);
});

it('tells a page that was too slow everything of the bed that is open', async () => {
  const socket = attach();
  socket.watch({ whole: device });
  socket.bufferedAmount = 5 * 1024 * 1024;
  for (let n = 0; n < 33_000; n++) ward.takeStream(SAMPLES['ecg.streams']);
  socket.sent.length = 0;
  socket.bufferedAmount = 0;
  await vi.advanceTimersByTimeAsync(200);
  expect(String(socket.sent[0])).toContain('"resumed":false');
  expect(socket.sent.filter((data) => typeof data !== 'string')).toHaveLength(1);
  // Nobody opened it anew.
  expect(viewed).toEqual([device]);
});
