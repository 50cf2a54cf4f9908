import type { Admin } from 'kafkajs';
import { describe, expect, it, vi } from 'vitest';
import { patientAdmin } from '../../../src/lib/kafka/patient-admin.js';

vi.mock('node:timers/promises', () => ({
  setTimeout: (ms: number) => {
    now += ms;
    return Promise.resolve();
  },
}));
let now = 0;
vi.spyOn(performance, 'now').mockImplementation(() => now);

const moved = () => Object.assign(new Error('not the leader'), { type: 'NOT_LEADER_FOR_PARTITION', retriable: true });

/** An admin whose offsets fail so often, with what was asked of it in order. */
function fake(failures: number, error: () => Error = moved) {
  const asked: string[] = [];
  let open = 0;
  const admin = {
    connect: () => Promise.resolve(void asked.push('connect')),
    disconnect: () => Promise.resolve(void asked.push('disconnect')),
    listTopics: async () => {
      expect(open++).toBe(0);
      await Promise.resolve();
      open--;
      asked.push('listTopics');
      return [];
    },
    fetchTopicOffsets: (topic: string) => {
      asked.push(topic);
      return asked.filter((each) => each === topic).length > failures ? Promise.resolve([]) : Promise.reject(error());
    },
  };
  return { admin: patientAdmin(admin as unknown as Admin), asked };
}

describe('the admin', () => {
  it('asks for offsets again, through a new connection, while a leader is moving', async () => {
    const { admin, asked } = fake(2);
    expect(await admin.fetchTopicOffsets('t')).toEqual([]);
    expect(asked).toEqual(['t', 'disconnect', 'connect', 't', 'disconnect', 'connect', 't']);
  });

  it('gives up after 10 s, at once for another reason, and when it was closed meanwhile', async () => {
    const began = now;
    await expect(fake(Infinity).admin.fetchTopicOffsets('t')).rejects.toThrow('not the leader');
    expect(now - began).toBe(10_000);
    const denied = fake(1, () => new Error('denied'));
    await expect(denied.admin.fetchTopicOffsets('t')).rejects.toThrow('denied');
    expect(denied.asked).toEqual(['t']);
    const closed = fake(1);
    const waiting = expect(closed.admin.fetchTopicOffsets('t')).rejects.toThrow('not the leader');
    await closed.admin.disconnect();
    await waiting;
    expect(closed.asked).not.toContain('connect');
  });

  it('makes one call at a time', async () => {
    const { admin, asked } = fake(0);
    await Promise.all([admin.listTopics(), admin.fetchTopicOffsets('t'), admin.listTopics()]);
    expect(asked).toEqual(['listTopics', 't', 'listTopics']);
  });
});
