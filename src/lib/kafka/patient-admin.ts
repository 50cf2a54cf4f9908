import type { Admin } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';

import { isBrokersFault } from './error-types.js';
import { Mutex } from './mutex.js';

/** What asks no broker, or is to wait for nothing. */
const AT_ONCE = new Set<string | symbol>(['on', 'logger']);

/** kafkajs gives these up at the first word of a broker that does not lead yet or no longer, and asks nobody who does. */
const OF_LEADERS = new Set<string | symbol>(['fetchTopicOffsets', 'fetchTopicOffsetsByTimestamp']);
/** As long as kafkajs tries everything else; wall milliseconds, and between two tries. */
const PATIENCE_MS = 10_000;
const PAUSE_MS = 250;

/**
 * A connected admin, whose calls wait for each other: each has kafkajs forget all topics but its own, and one that is under way meanwhile finds
 * its topics gone. Offsets are asked for again while a partition's leader is moving.
 */
export function patientAdmin(admin: Admin): Admin {
  const lock = new Mutex();
  let isOpen = true;
  const disconnect = async (): Promise<void> => {
    isOpen = false;
    await admin.disconnect();
  };
  const untilLed = async (ask: () => Promise<unknown>): Promise<unknown> => {
    for (const deadline = performance.now() + PATIENCE_MS; ;) {
      try {
        return await ask();
      } catch (error) {
        if (!isBrokersFault(error) || performance.now() >= deadline) throw error;
        await sleep(PAUSE_MS);
        if (!isOpen) throw error;
        // Only a new connection has kafkajs ask who leads.
        await admin.disconnect();
        await admin.connect();
      }
    }
  };
  return new Proxy(admin, {
    get: (target, name) => {
      if (name === 'disconnect') return disconnect;
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function' || AT_ONCE.has(name)) return member;
      return (...args: unknown[]) => {
        const ask = () => Reflect.apply(member, target, args) as Promise<unknown>;
        return lock.run(() => (OF_LEADERS.has(name) ? untilLed(ask) : ask()));
      };
    },
  });
}
