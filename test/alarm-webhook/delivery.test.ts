import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { deliver, retryDelay } from '../../src/alarm-webhook/delivery.js';
import { webhookMetrics } from '../../src/alarm-webhook/metrics.js';
import { alarmHandler } from '../../src/alarm-webhook/pipeline.js';
import { createPost } from '../../src/alarm-webhook/post.js';
import { readToken } from '../../src/alarm-webhook/token.js';
import type { AlarmEvent } from '../../src/lib/wire/index.js';
import { SAMPLES } from '../lib/wire/samples.js';
import { Receiver, type Answer } from './receiver.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'webhook-'));
});
afterAll(() => rm(folder, { recursive: true }));

const open = new Set<Receiver>();
afterEach(async () => {
  for (const receiver of open) await receiver.close();
  open.clear();
});

const alarm: AlarmEvent = { ...SAMPLES['ecg.alarms'], priority: 'HIGH', emittedAt: Date.now() - 42_000 };

/** Delivers `alarm` to a receiver that gives `answers` one by one, then 200. */
async function setUp(
  answers: Answer[],
  over: { giveUpAfter?: number; tokenFile?: string; retryMaxMs?: number; timeoutMs?: number } = {},
) {
  const receiver = new Receiver(() => answers.shift() ?? { status: 200 });
  await receiver.open();
  open.add(receiver);
  const metrics = webhookMetrics('0.0.0');
  const lines: { level: string; fields: object }[] = [];
  const log = (level: string) => (fields: object) => void lines.push({ level, fields });
  const draining = new AbortController();
  const revoked = new AbortController();
  const done = deliver(
    alarm,
    { partition: 3, offset: 44 },
    { draining: draining.signal, revoked: revoked.signal },
    {
      post: createPost({ url: receiver.url, tokenFile: over.tokenFile, timeoutMs: over.timeoutMs ?? 10_000 }),
      message: { receiver: 'ward', externalUrl: '' },
      retryMinMs: 10,
      retryMaxMs: over.retryMaxMs ?? 40,
      giveUpAfter: over.giveUpAfter,
      metrics,
      logger: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    },
  );
  const value = async (name: string, labels: Record<string, string> = {}): Promise<number> => {
    const found = (await metrics.registry.getSingleMetric(`dynamic_deep_webhook_${name}`)?.get())?.values ?? [];
    return found
      .filter((each) => Object.entries(labels).every(([key, label]) => String(each.labels[key]) === label))
      .reduce((sum, each) => sum + each.value, 0);
  };
  return { done, receiver, value, lines, draining, revoked };
}

describe('a delivery', () => {
  it('is one post where the receiver answers 2xx', async () => {
    const { done, receiver, value, lines } = await setUp([{ status: 204 }]);
    await done;
    expect(receiver.received).toHaveLength(1);
    expect(receiver.received[0]).toMatchObject({
      message: { version: '4', alerts: [{ fingerprint: alarm.id }] },
      headers: { 'content-type': 'application/json' },
    });
    expect(receiver.received[0]?.headers.authorization).toBeUndefined();
    expect(await value('posts_total', { outcome: 'acknowledged' })).toBe(1);
    expect(await value('delivered_total', { priority: 'high' })).toBe(1);
    expect(await value('delivered_total')).toBe(1);
    expect(await value('delivery_seconds', { priority: 'high', le: '30' })).toBe(0);
    expect(await value('delivery_seconds', { priority: 'high', le: '60' })).toBe(1);
    expect(lines).toEqual([]);
  });

  it('goes on through refusals, a hanging receiver and a redirect until it is acknowledged, with the same bytes', async () => {
    const elsewhere = { status: 302, headers: { location: '/elsewhere' } };
    const answers = [{ status: 503 }, { status: null }, { status: 429 }, elsewhere];
    const { done, receiver, value, lines } = await setUp(answers, { timeoutMs: 2_000 });
    await done;
    expect(receiver.received.map(({ status }) => status)).toEqual([503, null, 429, 302, 200]);
    expect(new Set(receiver.received.map(({ message }) => JSON.stringify(message))).size).toBe(1);
    expect(await value('posts_total', { outcome: 'refused' })).toBe(3);
    expect(await value('posts_total', { outcome: 'failed' })).toBe(1);
    expect(await value('retries_total')).toBe(4);
    expect(await value('delivered_total')).toBe(1);
    // Once, whatever follows.
    expect(lines.map(({ level }) => level)).toEqual(['warn']);
  });

  it('tries a final refusal again as well, and says so loudly once, with the place of the record', async () => {
    const { done, lines, value } = await setUp([{ status: 400 }, { status: 400 }, { status: 401 }]);
    await done;
    expect(lines).toEqual([
      { level: 'error', fields: { status: 400, partition: 3, offset: 44, giveUpAfter: undefined } },
    ]);
    expect(await value('given_up_total')).toBe(0);
  });

  it('gives up after the refusals that were allowed, counting neither 5xx nor 408 and 429', async () => {
    const answers = [400, 503, 408, 429, 422, 422].map((status) => ({ status }));
    const { done, receiver, value, lines } = await setUp(answers, { giveUpAfter: 2 });
    await done;
    expect(receiver.received.map(({ status }) => status)).toEqual([400, 503, 408, 429, 422]);
    expect(await value('given_up_total', { priority: 'high' })).toBe(1);
    expect(await value('delivered_total')).toBe(0);
    expect(lines.map(({ level }) => level)).toEqual(['error', 'error']);
  });

  it('waits as long as the receiver asks, up to the cap', async () => {
    const started = performance.now();
    const later = { status: 429, headers: { 'retry-after': '3600' } };
    const { done } = await setUp([later], { retryMaxMs: 400 });
    await done;
    const waited = performance.now() - started;
    expect(waited).toBeGreaterThanOrEqual(399);
  });

  it('ends its wait when the service drains, but lets an attempt under way finish', async () => {
    const waiting = await setUp([{ status: 503, headers: { 'retry-after': '600' } }], { retryMaxMs: 600_000 });
    await expect.poll(() => waiting.receiver.received.length).toBe(1);
    waiting.draining.abort();
    await expect(waiting.done).rejects.toThrow();
    const underWay = await setUp([]);
    underWay.draining.abort();
    await underWay.done;
    expect(underWay.receiver.accepted).toHaveLength(1);
  });

  it('breaks an attempt off when the partition is another member’s', async () => {
    const { done, receiver, draining, revoked } = await setUp([{ status: null }], { timeoutMs: 600_000 });
    await expect.poll(() => receiver.received.length).toBe(1);
    draining.abort();
    revoked.abort();
    await expect(done).rejects.toThrow();
    expect(receiver.accepted).toEqual([]);
  });
});

it('passes over a record that is no alarm, says where it lies, and counts it', async () => {
  const metrics = webhookMetrics('0.0.0');
  const errors: object[] = [];
  const silent = (): void => undefined;
  const handle = alarmHandler({
    post: () => Promise.reject(new Error('nothing to post')),
    message: { receiver: 'ward', externalUrl: '' },
    retryMinMs: 10,
    retryMaxMs: 40,
    giveUpAfter: undefined,
    metrics,
    logger: { debug: silent, info: silent, warn: silent, error: (fields) => void errors.push(fields) },
  });
  const record = {
    topic: 'ecg.alarms',
    partition: 3,
    offset: 44,
    timestamp: 0,
    key: null,
    value: Buffer.from('no alarm'),
  };
  await handle(record, { draining: new AbortController().signal, revoked: new AbortController().signal });
  expect(errors).toMatchObject([{ partition: 3, offset: 44 }]);
  expect(JSON.stringify(errors)).not.toContain('no alarm');
  const counted = await metrics.registry.getSingleMetric('dynamic_deep_webhook_unreadable_total')?.get();
  expect(counted?.values[0]?.value).toBe(1);
});

describe('a bearer token', () => {
  it('comes from the file as it is now', async () => {
    const file = join(folder, 'token');
    await writeFile(file, 'first.token==\n');
    const { done, receiver } = await setUp([{ status: 401, headers: { 'retry-after': '5' } }], {
      tokenFile: file,
      retryMaxMs: 10_000,
    });
    await expect.poll(() => receiver.received.length).toBe(1);
    await writeFile(file, '  second-token\r\n');
    await done;
    expect(receiver.received[0]?.headers.authorization).toBe('Bearer first.token==');
    expect(receiver.received.at(-1)?.headers.authorization).toBe('Bearer second-token');
  });

  it('that cannot be read for a while fails the attempts, and shows nothing', async () => {
    const file = join(folder, 'late');
    const { done, receiver, value, lines } = await setUp([], { tokenFile: file });
    await expect.poll(() => value('posts_total', { outcome: 'failed' })).toBeGreaterThan(0);
    expect(receiver.received).toEqual([]);
    await writeFile(file, 'late-token');
    await done;
    expect(receiver.accepted).toHaveLength(1);
    expect(JSON.stringify(lines)).not.toMatch(/late-token|in-the-url/);
  });

  it.each([
    ['nothing', '\n'],
    ['two lines', 'a\nb'],
    ['a header', 'x\r\nother: y'],
  ])('is refused where the file holds %s, without showing it', async (_, text) => {
    const file = join(folder, 'bad');
    await writeFile(file, text);
    const refusal = await readToken(file).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: 'CONFIG_INVALID',
      message: `the token file ${file} holds no bearer token alone on a line`,
    });
  });

  it('needs its file', async () => {
    await expect(readToken(join(folder, 'absent'))).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
  });
});

describe('the pause before a retry', () => {
  const limits = { retryMinMs: 500, retryMaxMs: 30_000 };
  it('doubles up to the cap, half of it by chance, however often', () => {
    const most = [1, 2, 3, 6, 7, 8, 10_000].map((n) => Math.round(retryDelay(n, limits, 1)));
    expect(most).toEqual([500, 1000, 2000, 16_000, 30_000, 30_000, 30_000]);
    expect(retryDelay(3, limits, 0)).toBe(1000);
  });
});
