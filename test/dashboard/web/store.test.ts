import { beforeEach, expect, it } from 'vitest';
import type { Audit, PageEvent } from '../../../src/dashboard/protocol.js';
import { bedName, firstLead, Store, type StreamView } from '../../../src/dashboard/web/store.js';
import { LENGTH, MS, wave } from './waves.js';

const HOUR = 3_600_000;
let store: Store;
beforeEach(() => {
  store = new Store();
});

function results(device: string, n: number): PageEvent[] {
  const of = { device, stream: `${device}.1`, epoch: 0 };
  const start = n * LENGTH;
  const result = { device, stream: of.stream, epoch: 0, record: n } as Audit;
  return [
    { kind: 'rhythm', ...of, start, labels: ['N'] },
    { kind: 'beats', ...of, from: start, to: start + LENGTH, peaks: [start], rateBpm: 60 + (n % 9) },
    { kind: 'audit', result },
  ];
}

const view = (device = 'a', stream = `${device}.1`): StreamView | undefined =>
  store.beds.get(device)?.streams.get(stream);
const held = (device: string): (number | undefined)[] => [
  view(device)?.rhythms.length,
  view(device)?.beats.length,
  store.beds.get(device)?.audits.length,
];

it('holds the newest result of a bed that nobody looks at, however long it sends', () => {
  for (let n = 0; n < 2_000; n++) store.take(results('a', n), true, n * MS);
  expect(held('a')).toEqual([1, 1, 0]);
  expect(view()?.beats.at(-1)?.rateBpm).toBe(60 + (1_999 % 9));
});

it('holds an hour of the bed that is open, each result once, and lets go of it afterwards', () => {
  store.take(results('a', 1_999), true, 0);
  store.open('a');
  // The server tells what it holds from the oldest on, behind what is known; twice after a cut.
  for (let twice = 0; twice < 2; twice++) for (let n = 0; n < 2_000; n++) store.take(results('a', n), true, 0);
  const starts = view()?.rhythms.map(({ start }) => start) ?? [];
  expect(starts.length).toBeGreaterThanOrEqual(Math.floor(HOUR / MS));
  expect(starts.length).toBeLessThanOrEqual(HOUR / MS + 66);
  expect(starts).toEqual([...new Set(starts)].sort((a, b) => a - b));
  expect(starts.at(-1)).toBe(1_999 * LENGTH);
  expect(held('a')[2]).toBe(200);
  store.open(undefined);
  expect(held('a')).toEqual([1, 1, 0]);
});

it('lets go of the signal of all leads of a bed that was open', () => {
  store.open('a');
  for (const stream of ['a.1', 'a.2'])
    for (let n = 0; n < 100; n++) store.takeWave(wave(n, { stream, device: 'a' }), 0);
  expect(view('a', 'a.2')?.waves.length).toBe(41);
  store.open('b');
  expect([view('a', 'a.1')?.waves.length, view('a', 'a.2')?.waves.length]).toEqual([7, 7]);
});

it('forgets a bed of which nothing was heard for an hour, unless it is open or alarms', () => {
  for (const device of ['a', 'b', 'c', 'd']) store.take(results(device, 0), true, 0);
  const change = { device: 'b', id: 'b/1', state: 'ACTIVE', reason: 'ONSET' };
  store.take([{ kind: 'alarm', change } as PageEvent], true, 0);
  store.open('c');
  store.take(results('d', 1), true, HOUR);
  const told: unknown[] = [];
  store.bedChanged.on((device) => told.push(device));
  store.forget(HOUR - 1);
  expect([...store.beds.keys()]).toEqual(['a', 'b', 'c', 'd']);
  store.forget(HOUR);
  expect([...store.beds.keys()]).toEqual(['b', 'c', 'd']);
  expect(told).toEqual([null]);
});

it('tells of alarms that began while the page was cut off, and of none when it is opened', () => {
  const told: string[] = [];
  store.alarmBegan.on(({ id }) => told.push(id));
  const alarms = (...ids: string[]): PageEvent[] =>
    ids.map((id) => ({ kind: 'alarm', change: { device: 'a', id, state: 'ACTIVE', reason: 'ONSET' } }) as PageEvent);
  store.reset();
  store.take(alarms('a/1'), false, 0);
  store.take(alarms('a/2'), true, 0);
  expect(told).toEqual(['a/2']);
  // Cut off once more before the server has told everything.
  store.reset();
  store.reset();
  store.take(alarms('a/1', 'a/2', 'a/3'), false, 0);
  expect(told).toEqual(['a/2', 'a/3']);
  store.reset();
  store.take(alarms('a/3'), false, 0);
  expect(told).toEqual(['a/2', 'a/3']);
});

it('names beds without their gateway while there is one, and as they are called where there are two', () => {
  const declare = (gateway: string, at: number): void => {
    const device = `${gateway}-001`;
    const stream: PageEvent = { kind: 'stream', stream: `${device}.1`, device, gateway, lead: 'II', clockRate: 1, calibrated: true }; // prettier-ignore
    store.take([stream], true, at);
  };
  const names = (): string[] => [...store.beds.values()].map(bedName);
  declare('icu', 0);
  expect(names()).toEqual(['001']);
  declare('er', HOUR);
  expect(names()).toEqual(['icu-001', 'er-001']);
  store.forget(HOUR);
  expect(names()).toEqual(['001']);
});

it('shows the next lead of a bed whose first has stopped', () => {
  const window = (stream: string, closedAt: number): PageEvent =>
    ({ kind: 'window', stream, device: 'a', closedAt, endAt: closedAt }) as PageEvent;
  store.take([window('a.1', 1_000), window('a.2', 1_000)], true, 0);
  expect(firstLead(store.bed('a'))).toBe(view('a', 'a.1'));
  store.take([window('a.2', 20_000)], true, 0);
  expect(firstLead(store.bed('a'))).toBe(view('a', 'a.2'));
});
