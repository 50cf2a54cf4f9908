import { afterEach, expect, it, vi } from 'vitest';
import type { AlarmChange, PageEvent } from '../../../src/dashboard/protocol.js';
import { announcementOf, isQuiet, sendCommand, soundingOf } from '../../../src/dashboard/web/alarms.js';
import { Store } from '../../../src/dashboard/web/store.js';

afterEach(() => {
  vi.unstubAllGlobals();
});

const said = (answer: () => Promise<Response>): Promise<string> => {
  vi.stubGlobal('fetch', answer);
  return sendCommand({ device: 'bed-7', action: 'PAUSE', alarm: null, pauseMs: 60_000 });
};
const answer = (status: number, body: object) => (): Promise<Response> =>
  Promise.resolve(Response.json(body, { status }));

it('tells what was refused from what nobody knows', async () => {
  expect(await said(answer(202, { id: 'x' }))).toBe('Pause sent');
  expect(await said(answer(409, { error: 'That alarm is over.' }))).toBe('Not done: That alarm is over.');
  expect(await said(answer(503, { error: 'the broker is away' }))).toBe('Not confirmed: the broker is away');
  expect(await said(answer(502, {}))).toBe('Not confirmed: status 502');
  expect(await said(() => Promise.reject(new TypeError('fetch failed')))).toMatch(/^Not confirmed: /);
});

const NOW = 100_000;
let count = 0;
function alarm(over: Partial<AlarmChange> = {}): AlarmChange {
  return {
    id: `bed-1/${count++}`,
    device: 'bed-1',
    streams: [],
    stream: null,
    epoch: null,
    sequence: null,
    kind: 'asystole',
    priority: 'HIGH',
    category: 'PHYSIOLOGICAL',
    state: 'ACTIVE',
    reason: 'ONSET',
    onsetAt: 0,
    at: 0,
    emittedAt: 0,
    historical: false,
    message: '',
    acknowledgedBy: null,
    acknowledgedAt: null,
    pausedUntil: null,
    supersededBy: null,
    ...over,
  };
}

it('is quiet where somebody has seen it, also while no lead can be read', () => {
  expect(isQuiet(alarm({ state: 'HELD' }), NOW)).toBe(false);
  expect(isQuiet(alarm({ state: 'ACKNOWLEDGED', acknowledgedBy: 'nurse' }), NOW)).toBe(true);
  expect(isQuiet(alarm({ state: 'HELD', acknowledgedBy: 'nurse' }), NOW)).toBe(true);
  expect(isQuiet(alarm({ pausedUntil: NOW + 1 }), NOW)).toBe(true);
  expect(isQuiet(alarm({ pausedUntil: NOW }), NOW)).toBe(false);
});

it('sounds of a backlog only when the bed is judged live, and of the rest at once', () => {
  const store = new Store();
  const of = { device: 'bed-1', stream: 'bed-1.1' };
  const take = (...events: object[]): void => {
    store.take(events as PageEvent[], true, NOW);
  };
  const window = { kind: 'window', ...of, closedAt: NOW - 3_000, endAt: NOW - 3_000 };
  const beats = (end: number): object => ({ kind: 'beats', ...of, epoch: end, from: 0, to: 0, peaks: [], rateBpm: 0 });
  const sounding = () => soundingOf(store.beds.values(), NOW);
  take({ kind: 'alarm', change: alarm({ historical: true }) }, window, beats(NOW - 60_000));
  expect(sounding()).toBeUndefined();
  take({ kind: 'alarm', change: alarm({ priority: 'LOW' }) });
  expect(sounding()).toBe('LOW');
  take(beats(NOW - 4_000));
  expect(sounding()).toBe('HIGH');
  take({ kind: 'alarm', change: alarm({ id: 'bed-1/x', priority: 'HIGH', acknowledgedBy: 'nurse' }) });
  expect(sounding()).toBe('HIGH');
});

it('says alarms that begin together in one line, without what is past, seen or silenced', () => {
  const store = new Store();
  const said = (...changes: AlarmChange[]) => announcementOf(changes, store, NOW);
  expect(said(alarm())).toEqual({ text: 'High priority: Asystole, bed bed-1', isUrgent: true });
  expect(said(alarm({ historical: true }), alarm({ pausedUntil: NOW + 1 }))).toBeUndefined();
  const stalled = Array.from({ length: 199 }, (_, i) =>
    alarm({ device: `bed-${i + 2}`, kind: 'stream-stalled', priority: 'LOW' }),
  );
  expect(said(...stalled, alarm(), alarm({ acknowledgedBy: 'nurse' }))).toEqual({
    text: '200 alarms began, the most urgent: High priority: Asystole, bed bed-1',
    isUrgent: true,
  });
});
