import type { Admin } from 'kafkajs';
import { setTimeout as sleep } from 'node:timers/promises';

import { isBrokersFault } from './error-types.js';
import { Mutex } from './mutex.js';

/** Members that ask no broker, and so need not wait for other calls. */
const AT_ONCE = new Set<string | symbol>(['on', 'logger']);

/** Calls that kafkajs gives up as soon as a broker answers that it does not lead (yet or any more), without asking who does. */
const OF_LEADERS = new Set<string | symbol>(['fetchTopicOffsets', 'fetchTopicOffsetsByTimestamp']);
/** Wall milliseconds for which these calls are retried, as long as kafkajs retries all others. */
const PATIENCE_MS = 10_000;
/** Wall milliseconds between two tries. */
const PAUSE_MS = 250;

/**
 * Wraps a connected admin so that its calls wait for each other: each makes kafkajs forget all topics but its own, so that a
 * concurrent call would find its topics gone. Calls for offsets are retried while a partition's leader is moving.
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
        // Only a new connection makes kafkajs ask who leads.
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
