import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { ServerMessage } from '../../../src/dashboard/protocol.js';
import { Connection } from '../../../src/dashboard/web/connection.js';
import { Store } from '../../../src/dashboard/web/store.js';

/** A socket whose network is dead: what closes it waits for a good-bye that does not come. */
class FakeSocket extends EventTarget {
  static readonly OPEN = 1;
  readyState = 0;
  closes = 0;
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
    sockets.push(this);
  }
  send(): void {
    /* Nobody hears. */
  }
  close(): void {
    this.readyState = 2;
    this.closes++;
  }
  hear(message: Partial<ServerMessage>): void {
    this.readyState = 1;
    this.dispatchEvent(Object.assign(new Event('message'), { data: JSON.stringify(message) }));
  }
}

let sockets: FakeSocket[];
let fetched: (RequestInit | undefined)[];
let connection: Connection;
beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  fetched = [];
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('fetch', (_path: string, init?: RequestInit) => {
    fetched.push(init);
    return Promise.resolve(Response.json({ ticket: 'one' }));
  });
  const login = (): void => {
    throw new Error('nobody logs in here');
  };
  connection = new Connection(new Store(), { origin: 'http://ward', login });
});
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const hello = (): Partial<ServerMessage> => ({ type: 'hello', instance: 'a', resumed: false, now: Date.now() });
const update = (sequence: number): Partial<ServerMessage> => ({
  type: 'update',
  sequence,
  now: Date.now(),
  events: [],
});

it('leaves a socket that has gone silent at once, tries again, and hears the old one no more', async () => {
  await connection.connect();
  sockets[0]?.hear(hello());
  sockets[0]?.hear(update(7));
  expect(connection.state).toBe('live');
  await vi.advanceTimersByTimeAsync(12_000);
  expect(connection.state).toBe('live');
  await vi.advanceTimersByTimeAsync(1_000);
  expect([connection.state, sockets[0]?.closes]).toEqual(['cut', 1]);
  await vi.advanceTimersByTimeAsync(500);
  expect(sockets[1]?.url).toBe('ws://ward/api/live?ticket=one&instance=a&after=7');
  sockets[0]?.hear(update(9));
  sockets[0]?.dispatchEvent(new Event('close'));
  await vi.advanceTimersByTimeAsync(5_000);
  expect(connection.state).toBe('cut');
  expect(sockets).toHaveLength(2);
  sockets[1]?.hear({ ...hello(), resumed: true });
  expect(connection.state).toBe('live');
});

it('waits for the first word of a socket no longer than for the next, and bounds the wait for a ticket', async () => {
  await connection.connect();
  await vi.advanceTimersByTimeAsync(13_500);
  expect(sockets.map(({ closes }) => closes)).toEqual([1, 0]);
  expect(fetched.every((init) => init?.signal instanceof AbortSignal)).toBe(true);
});

it('asks for everything anew where it was cut off before it was told', async () => {
  await connection.connect();
  sockets[0]?.hear(hello());
  sockets[0]?.hear(update(7));
  sockets[0]?.hear({ ...hello(), instance: 'b' });
  sockets[0]?.dispatchEvent(new Event('close'));
  await vi.advanceTimersByTimeAsync(500);
  expect(sockets[1]?.url).toBe('ws://ward/api/live?ticket=one');
});
