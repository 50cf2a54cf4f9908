import { afterEach, expect, it, vi } from 'vitest';
import { openStrips } from '../../src/dashboard/strips.js';
import type { Bed } from '../../src/dashboard/ward.js';
import type { InputRecord, KafkaConnection } from '../../src/lib/kafka/index.js';
import { encode } from '../../src/lib/wire/index.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { fakeTails } from './fake-tails.js';

const SIGNAL = SAMPLES['ecg.signals'];
const { stream, device } = SIGNAL;
const FROM = SIGNAL.epoch + SIGNAL.start / 0.3;
const STRETCH = { stream, from: FROM, to: FROM + 6000 };
const BED: Bed = { device, streams: new Map(), partition: 0 };
const record = (value: Buffer) => ({ key: Buffer.from(device), value });
const connection = {} as KafkaConnection;
const forEver = new AbortController().signal;
afterEach(() => {
  vi.restoreAllMocks();
});

const fail = (): never => {
  throw new Error('everything can be read here');
};

it('passes over what cannot be decoded, and reads the rest of the stretch', async () => {
  const nonsense = record(Buffer.from('nonsense'));
  fakeTails({
    'ecg.signals': [nonsense, record(encode('ecg.signals', SIGNAL))],
    'ecg.rhythms': [nonsense],
    'ecg.beats': [record(encode('ecg.beats', SAMPLES['ecg.beats']))],
  });
  const unreadable: InputRecord[] = [];
  const strips = openStrips(connection, (one) => unreadable.push(one));
  expect(await strips.windows(BED, STRETCH, 'ecg.signals', forEver)).toEqual([SIGNAL]);
  expect(await strips.results(BED, STRETCH, forEver)).toMatchObject([{ kind: 'beats', device }]);
  expect(unreadable.map(({ topic, offset }) => [topic, offset])).toEqual([
    ['ecg.signals', 0],
    ['ecg.rhythms', 0],
  ]);
});

it('stops a reading, and begins none, that nobody waits for any more', async () => {
  const tails = fakeTails({}, true);
  const strips = openStrips(connection, fail);
  const [first, second] = [new AbortController(), new AbortController()];
  const reading = strips.windows(BED, STRETCH, 'ecg.signals', first.signal);
  const waiting = strips.results(BED, STRETCH, second.signal);
  await expect.poll(() => tails.opened).toBe(1);
  second.abort(new Error('the second is gone'));
  first.abort(new Error('the first is gone'));
  await expect(reading).rejects.toThrow('the first is gone');
  await expect(waiting).rejects.toThrow('the second is gone');
  expect([tails.opened, tails.closed]).toEqual([1, 1]);
});

it('is busy while eight wait, and no longer where one of them is gone', async () => {
  const tails = fakeTails({}, true);
  const strips = openStrips(connection, fail);
  const asked = Array.from({ length: 9 }, () => new AbortController());
  const readings = asked.map(async ({ signal }, n) => {
    // The first is under way before the others ask.
    if (n > 0) await expect.poll(() => tails.opened).toBe(1);
    await strips.windows(BED, STRETCH, 'ecg.signals', signal);
  });
  await expect.poll(() => strips.isBusy).toBe(true);
  asked.at(-1)?.abort();
  expect(strips.isBusy).toBe(false);
  for (const one of asked) one.abort();
  expect((await Promise.allSettled(readings)).every(({ status }) => status === 'rejected')).toBe(true);
  expect(tails.opened).toBe(1);
});
