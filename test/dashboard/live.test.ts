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
beforeEach(() => {
  vi.useFakeTimers();
  viewed = [];
  const ward = new Ward({ signalMs: 60_000, trendMs: 60_000 });
  ward.takeStream(SAMPLES['ecg.streams']);
  ward.takeSignal(SAMPLES['ecg.signals'], 0);
  live = new Live({
    ...{ ward, metrics: dashboardMetrics('test'), version: 'test', instance: 'one' },
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
