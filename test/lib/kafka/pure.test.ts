import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { shareIndices } from '../../../src/lib/kafka/assigner.js';
import { batchBytes, varintBytes } from '../../../src/lib/kafka/batch-size.js';
import { lowWaterMetadata, parseLowWater, startPoint } from '../../../src/lib/kafka/committed.js';
import { errorTypes, isExpelled, isFenced, isMembershipError } from '../../../src/lib/kafka/error-types.js';
import { Mutex } from '../../../src/lib/kafka/mutex.js';
import { Positions } from '../../../src/lib/kafka/positions.js';
import { Progress } from '../../../src/lib/kafka/progress.js';
import { assertBytes, deadLetter } from '../../../src/lib/kafka/records.js';
import { decode } from '../../../src/lib/wire/index.js';

describe('shareIndices', () => {
  const members = fc.uniqueArray(fc.record({ id: fc.string({ minLength: 1 }), held: fc.array(fc.nat(15)) }), {
    minLength: 1,
    maxLength: 20,
    selector: ({ id }) => id,
  });
  const all = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

  it('gives every index to one member, evenly, whatever they claim to hold', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 14 }), members, (count, group) => {
        const shares = [...shareIndices(all(count), group).values()];
        expect(shares.flat().sort((a, b) => a - b)).toEqual(all(count));
        const sizes = shares.map((share) => share.length);
        expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it('moves nothing without need, and does not depend on the order of the members', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 14 }), members, (count, group) => {
        const first = shareIndices(all(count), group);
        const again = group.map(({ id }) => ({ id, held: first.get(id) ?? [] }));
        expect(shareIndices(all(count), again)).toEqual(first);
        expect(shareIndices(all(count), [...group].reverse())).toEqual(first);
      }),
    );
  });

  it('takes from the full what a newcomer is due, and no more', () => {
    const shares = shareIndices(all(12), [
      { id: 'a', held: [0, 1, 2, 3, 4, 5] },
      { id: 'b', held: [6, 7, 8, 9, 10, 11] },
      { id: 'c', held: [] },
    ]);
    expect(shares.get('a')).toEqual([0, 1, 2, 3]);
    expect(shares.get('b')).toEqual([6, 7, 8, 9]);
    expect(shares.get('c')).toEqual([4, 5, 10, 11]);
  });
});

describe('startPoint', () => {
  const log = { low: 100, high: 200 };
  const start = (offset: number | null, lowWater: number | null = null) => {
    const { replayFrom, liveFrom } = startPoint('t', { offset, lowWater }, log);
    return [replayFrom, liveFrom];
  };

  it('begins at the earliest retained record where nothing usable is committed', () => {
    expect(start(null)).toEqual([100, 100]);
    expect(start(50, 40)).toEqual([100, 100]);
    expect(start(201, 150)).toEqual([100, 100]);
  });

  it('replays from the low water, as far as it is retained', () => {
    expect(start(150)).toEqual([150, 150]);
    expect(start(150, 120)).toEqual([120, 150]);
    expect(start(150, 60)).toEqual([100, 150]);
    expect(start(150, 170)).toEqual([150, 150]);
    expect(start(200, 200)).toEqual([200, 200]);
  });

  it('reads its own metadata and nobody else’s', () => {
    expect(parseLowWater(lowWaterMetadata(2 ** 52))).toBe(2 ** 52);
    for (const other of [null, '', 'low=', 'low=-1', 'low=1 ', 'x', 'low=12345678901234567']) {
      expect(parseLowWater(other)).toBeNull();
    }
  });
});

describe('Positions', () => {
  it('commits every topic, the low water never above the offset', () => {
    const positions = new Positions([
      { topic: 'a', committed: 5, replayFrom: 3, liveFrom: 5 },
      { topic: 'b', committed: null, replayFrom: 0, liveFrom: 0 },
    ]);
    expect(positions.allReplayed).toBe(false);
    positions.advance('a', 5);
    expect(positions.allReplayed).toBe(true);
    expect(positions.commit(7, (topic) => (topic === 'a' ? 2 : 99), 'a', 9)).toEqual([
      { topic: 'a', partition: 7, offset: 9, lowWater: 2 },
      { topic: 'b', partition: 7, offset: 0, lowWater: 0 },
    ]);
    expect(positions.next('a')).toBe(5);
  });
});

describe('sizes', () => {
  it('counts varints', () => {
    for (const [value, bytes] of [
      [0, 1],
      [-1, 1],
      [63, 1],
      [64, 2],
      [-64, 1],
      [-65, 2],
      [8191, 2],
      [8192, 3],
      [2 ** 40, 6],
    ] as const) {
      expect(varintBytes(value), String(value)).toBe(bytes);
    }
    expect(batchBytes([{ keyBytes: null, valueBytes: null }])).toBe(61 + 1 + 6);
  });
});

describe('errors', () => {
  const wrapped = (type: string): Error => new Error('retries', { cause: Object.assign(new Error('inner'), { type }) });

  it('are known through what kafkajs wraps around them', () => {
    expect(errorTypes(wrapped('CONCURRENT_TRANSACTIONS'))).toEqual(['CONCURRENT_TRANSACTIONS']);
    expect(errorTypes('text')).toEqual([]);
    expect(isFenced(wrapped('INVALID_PRODUCER_EPOCH'))).toBe(true);
    expect(isFenced(wrapped('REQUEST_TIMED_OUT'))).toBe(false);
    expect(isMembershipError(wrapped('REBALANCE_IN_PROGRESS'))).toBe(true);
    expect(isExpelled(wrapped('REBALANCE_IN_PROGRESS'))).toBe(false);
    expect(isExpelled(wrapped('UNKNOWN_MEMBER_ID'))).toBe(true);
  });
});

describe('records', () => {
  const record = { topic: 't', partition: 1, offset: 2, timestamp: 3, key: Buffer.from('k'), value: Buffer.from([1]) };

  it('refuses what kafkajs would turn into text', () => {
    for (const value of [new Uint8Array(2), 'text', [1], undefined, {}, 5]) {
      expect(() => {
        assertBytes({ topic: 't', key: null, value });
      }).toThrow(/record for t/);
    }
    expect(() => {
      assertBytes({ topic: 't', key: new Uint8Array(1), value: null });
    }).toThrow(/key/);
    expect(() => {
      assertBytes({ topic: 't', key: 'k', value: Buffer.alloc(0) });
    }).not.toThrow();
  });

  it('makes dead letters with coordinates, bytes and reason', () => {
    const letter = deadLetter(record, new Error('odd'), 99);
    expect(letter.topic).toBe('ecg.deadletter');
    expect(decode('ecg.deadletter', letter.value)).toMatchObject({
      ...record,
      reason: 'UNEXPECTED',
      message: 'odd',
      at: 99,
    });
  });
});

describe('Mutex and Progress', () => {
  it('runs one after the other, also behind a failure', async () => {
    const lock = new Mutex();
    const seen: number[] = [];
    const slow = lock.run(async () => {
      await new Promise((resolve) => setTimeout(resolve, 10));
      seen.push(1);
      throw new Error('first');
    });
    const next = lock.run(() => Promise.resolve(seen.push(2)));
    expect(lock.busy).toBe(true);
    await expect(slow).rejects.toThrow('first');
    await next;
    expect(seen).toEqual([1, 2]);
    expect(lock.busy).toBe(false);
  });

  it('waits until every partition is read to its target, and says which is not', async () => {
    const progress = new Progress();
    const targets = new Map([
      ['0', 5],
      ['1', 9],
    ]);
    progress.moved('0', 5);
    await expect(progress.reach(targets, 5, 'ecg.test')).rejects.toMatchObject({
      code: 'CONSUMER_FAILED',
      message:
        'ecg.test was not read to its end within 5 ms: 1 of 2 partitions are not, partition 1 at offset none of 9.',
    });
    const reached = progress.reach(targets, 1000, 'ecg.test');
    progress.moved('1', 9);
    await reached;
  });
});
