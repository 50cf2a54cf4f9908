import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { firstContact } from '../../../src/lib/kafka/client.js';

// A pause sets the clock forward and takes no time of its own.
vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number, _value: unknown, options?: { signal?: AbortSignal }) => {
    if (options?.signal?.aborted === true) return Promise.reject(new Error('aborted'));
    vi.setSystemTime(Date.now() + ms);
    return Promise.resolve();
  },
}));

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['Date'], now: 0 });
});
afterEach(() => {
  vi.useRealTimers();
});

/** The first contact with a broker that comes at this time (ms); `at` hears of each try. */
async function contact(comes: number, waitUntil?: AbortSignal, at: (now: number) => void = () => undefined) {
  const lines: { at: number; level: string; text: string; fields: object }[] = [];
  const say = (level: string) => (fields: object, text: string) => void lines.push({ at: Date.now(), level, text, fields }); // prettier-ignore
  const logger = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
  const attempt = (): Promise<void> => {
    at(Date.now());
    return Date.now() < comes ? Promise.reject(new Error('connection refused')) : Promise.resolve();
  };
  const error = await firstContact(attempt, { brokers: ['kafka:9092'], logger, limitMs: 15_000, waitUntil }).then(
    () => undefined,
    (thrown: unknown) => thrown as Error,
  );
  return { error, lines };
}

describe('the first contact', () => {
  it('of a command has its limit, and says nothing before it', async () => {
    const { error, lines } = await contact(Infinity);
    expect(error).toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: 'No Kafka broker answers at kafka:9092 within 15000 ms: connection refused',
    });
    expect(Date.now()).toBeLessThanOrEqual(15_000);
    expect((await contact(Date.now() + 10_000)).error).toBeUndefined();
    expect(lines).toEqual([]);
  });

  it('of a service is waited for as long as it takes, and it says so at once and then once a minute', async () => {
    const { error, lines } = await contact(3_600_000, new AbortController().signal);
    expect(error).toBeUndefined();
    const [first, ...rest] = lines;
    expect(first).toMatchObject({ at: 0, level: 'warn', fields: { code: 'BROKER_UNREACHABLE' } });
    expect(first?.text).toBe(
      'No Kafka broker answers at kafka:9092, waiting for one: connection refused. Start the broker or correct KAFKA_BROKERS.',
    );
    const last = rest.pop();
    expect(last).toMatchObject({ level: 'info', text: 'a Kafka broker answers', fields: { waitedMs: 3_600_000 } });
    expect(rest.map(({ at }) => at)).toEqual(Array.from({ length: 59 }, (_, i) => (i + 1) * 60_000));
  });

  it('of a service is nothing to speak of where a broker answers at once', async () => {
    expect(await contact(0, new AbortController().signal)).toEqual({ error: undefined, lines: [] });
  });

  it('of a service ends when it is told to end', async () => {
    const end = new AbortController();
    const { error } = await contact(Infinity, end.signal, (now) => {
      if (now >= 600_000) end.abort('SIGTERM');
    });
    expect(error?.message).toContain('told to end');
    expect(Date.now()).toBe(600_000);
  });
});
